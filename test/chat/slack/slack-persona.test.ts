import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newId } from "../../../src/base/ids.ts";
import type { ReplyAddress } from "../../../src/rooms/platform/chat-platform.ts";
import { openSlackStage, type SlackStage } from "./slack-stage.ts";

const NEW = { resumed: false };
const PICTURE = "https://example.com/sage.png";

describe("the face of an agent in Slack", () => {
  let stage: SlackStage;
  beforeEach(async () => {
    stage = await openSlackStage();
  });
  afterEach(() => stage.close());

  const wearing = (avatar: string): ReplyAddress => ({
    ...stage.address,
    agent: { slug: "sage", name: "Sage", avatar },
  });
  const authors = () =>
    stage.double
      .appMessages(stage.address.channel, stage.address.thread)
      .map(({ author }) => author);

  it.each([PICTURE, ":owl:"])("is %s over each part of an answer", async (avatar) => {
    const platform = stage.connect();
    await platform
      .openReply(wearing(avatar), newId(), NEW)
      .finish("word ".repeat(platform.traits.messageCharacters / 3));
    expect(authors().length).toBeGreaterThan(1);
    for (const author of authors()) {
      expect(author).toEqual({ kind: "app", name: "Sage", icon: avatar });
    }
    expect(stage.violations()).toEqual([]);
  });

  it.each([PICTURE, ":owl:"])("is %s over a question and private words", async (avatar) => {
    const question = { question: "May I?", resumed: false };
    await stage.connect().ask(wearing(avatar), newId(), question);
    expect(authors()).toMatchObject([{ name: "Sage", icon: avatar }]);
    await stage.connect().tellAlone(wearing(avatar), "Sage is paused.");
    const [call] = stage.double.callsOf("chat.postEphemeral");
    const icon = avatar === PICTURE ? { icon_url: avatar } : { icon_emoji: avatar };
    expect(call?.args).toMatchObject({ username: "Sage", ...icon });
    expect(stage.violations()).toEqual([]);
  });

  it("is the app's own where the app may not choose one, and nothing else changes", async () => {
    for (const token of stage.double.world.tokens.values()) {
      token.scopes.delete("chat:write.customize");
    }
    const ids = await stage.connect().openReply(wearing(PICTURE), newId(), NEW).finish("Thirty.");
    expect(ids).toHaveLength(1);
    expect(authors()).toEqual([{ kind: "app", name: "troupe" }]);
  });

  it("is the app's own where the agent has none", async () => {
    await stage.connect().openReply(stage.address, newId(), NEW).finish("Thirty days.");
    expect(authors()).toEqual([{ kind: "app", name: "Sage" }]);
  });
});
