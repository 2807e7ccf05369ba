import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ChatPlatform, ReplyAddress } from "../../src/rooms/platform/chat-platform.ts";
import { updateAgent } from "../../src/agents/update-agent.ts";
import { newId } from "../../src/base/ids.ts";
import { receiveIfWatched } from "../../src/rooms/messages/receive-message.ts";
import { createQuietPlatform } from "../fakes/quiet-platform.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";

const sizes = await testSizes();

describe.each(sizes)("an agent's name over its reply, on $name", (size) => {
  let app: TestApp;
  const addresses: ReplyAddress[] = [];
  beforeAll(async () => {
    app = await openTestApp({ size });
    await app.addAgent({ slug: "rex", name: "Rex" });
    const quiet = createQuietPlatform("discord");
    const platform = createQuietPlatform("discord", {
      openReply(address, id, options) {
        addresses.push(address);
        return quiet.openReply(address, id, options);
      },
    });
    (app.scope.platforms as Map<string, ChatPlatform>).set("discord", platform);
    await app.work();
  });
  afterAll(() => app.close());

  async function personaOf(roomKey: string, text: string): Promise<boolean | undefined> {
    return (await addressOf(roomKey, text))?.persona;
  }

  async function addressOf(roomKey: string, text: string): Promise<ReplyAddress | undefined> {
    const person = { externalId: "1", name: "Ana" };
    const externalId = newId();
    const received = await receiveIfWatched(app.control, {
      roomKey,
      person,
      text,
      externalId,
      toBot: true,
    });
    await app.untilTurnEnds(received?.turnIds[0] ?? "");
    return addresses.find(({ replyTo }) => replyTo === externalId);
  }

  it("is asked for once several agents take part in a channel or its threads", async () => {
    const channel = "discord:1.10";
    expect(await personaOf(channel, "sage hi")).toBeUndefined();
    expect(await personaOf(`${channel}:11`, "sage hi")).toBeUndefined();
    expect(await personaOf(`${channel}:12`, "rex hi")).toBe(true);
    expect(await personaOf(`${channel}:11`, "sage again")).toBe(true);
    expect(await personaOf(channel, "sage again")).toBe(true);
    expect(await personaOf("discord:1.20", "sage hi")).toBeUndefined();
  });

  it("comes with its newest face, and a picture asks for the name even where it is alone", async () => {
    const room = "discord:1.30";
    const faces: unknown[] = [];
    for (const avatar of [undefined, ":owl:", "https://example.com/sage.png", null]) {
      if (avatar !== undefined) {
        await updateAgent({ em: app.db.em() }, "sage", { changes: { avatar } });
      }
      const address = await addressOf(room, "sage hi");
      faces.push([address?.agent.avatar, address?.persona]);
    }
    expect(faces).toEqual([
      [undefined, undefined],
      [":owl:", undefined],
      ["https://example.com/sage.png", true],
      [undefined, undefined],
    ]);
  });

  it("is known to be another one's too", async () => {
    const channel = "discord:1.40";
    expect(await addressOf(channel, "rex hi")).not.toHaveProperty("namesake");
    await app.addAgent({ slug: "rex-two", name: "Rex" });
    expect(await addressOf(`${channel}:41`, "rex hi")).toMatchObject({ namesake: true });
    expect(await addressOf(`${channel}:41`, "sage hi")).not.toHaveProperty("namesake");
  });
});
