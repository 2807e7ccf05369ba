import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newId } from "../../../src/base/ids.ts";
import type { ChatPlatform, ReplyAddress } from "../../../src/rooms/platform/chat-platform.ts";
import { until } from "../../support/until.ts";
import { openSlackStage, type KillPoint, type SlackStage } from "./slack-stage.ts";

const NEW = { resumed: false };
const RESUMED = { resumed: true };
const BUTTONS = { feedbackButtons: true };
const PLAIN = "The refund takes thirty days, then the money is back on the card.";
const LINKED = `${PLAIN} See [the policy](https://example.com/refunds).`;

const KILLS: KillPoint[] = [
  { method: "chat.startStream", when: "before" },
  { method: "chat.startStream", when: "after" },
  { method: "chat.appendStream", when: "before" },
  { method: "chat.appendStream", when: "after" },
  { method: "chat.appendStream", nth: 2, when: "after" },
  { method: "chat.stopStream", when: "before" },
  { method: "chat.stopStream", when: "after" },
];
const KILLS_AT_THE_EDIT: KillPoint[] = [
  { method: "chat.update", when: "before" },
  { method: "chat.update", when: "after" },
];
const toName = ({ method, nth = 1, when }: KillPoint) => `${when} ${method} ${nth}`;

describe("a streamed answer whose process is killed", () => {
  let stage: SlackStage;

  beforeEach(async () => {
    stage = await openSlackStage();
  });

  afterEach(() => stage.close());

  const messages = () => stage.double.appMessages(stage.address.channel, stage.address.thread);
  const inPersona = (name: string): ReplyAddress => ({
    ...stage.address,
    agent: { slug: name.toLowerCase(), name },
    persona: true,
  });

  /** Writes an answer as a model does, a few words each time, until the process is dead. */
  async function writeUntilDead(
    point: KillPoint,
    id: string,
    text: string,
    address = stage.address,
  ) {
    const { platform, isDead } = stage.connectDoomed(point);
    const draft = platform.openReply(address, id, NEW);
    const words = text.split(" ");
    for (let n = 4; n < words.length && !isDead(); n += 2) {
      const before = stage.writes();
      draft.show(words.slice(0, n).join(" "));
      await until(() => stage.writes() > before || isDead());
    }
    if (!isDead()) void draft.finish(text, BUTTONS);
    await until(isDead);
  }

  const continueOn = (platform: ChatPlatform, id: string, text: string, address = stage.address) =>
    platform.openReply(address, id, RESUMED).finish(text, BUTTONS);

  const asOne = (id: string, text: RegExp, name = "Sage") => ({
    author: { kind: "app", name },
    text: expect.stringMatching(text),
    streaming: false,
    metadata: { event_type: "troupe_reply", event_payload: { delivery_id: id, part: 0 } },
    buttons: [{ text: "👍" }, { text: "👎" }],
  });

  it.each([
    ...KILLS.map((point) => [toName(point), point, PLAIN] as const),
    ...[...KILLS, ...KILLS_AT_THE_EDIT].map(
      (point) => [`${toName(point)}, with a link`, point, LINKED] as const,
    ),
  ])("is one whole message in the end: killed %s", async (_name, point, text) => {
    const id = newId();
    await writeUntilDead(point, id, text);
    const answered = await continueOn(stage.connect(), id, text);
    expect(messages()).toMatchObject([asOne(id, /^The refund takes thirty days, then the money/)]);
    expect(messages()[0]?.text.match(/refund takes/g)).toHaveLength(1);
    expect(answered).toEqual(messages().map(({ ts }) => ts));
    expect(stage.violations()).toEqual([]);
  });

  it("is continued by edits where another process goes on writing it", async () => {
    const id = newId();
    await writeUntilDead({ method: "chat.appendStream", when: "after" }, id, PLAIN);
    const draft = stage.connect().openReply(stage.address, id, RESUMED);
    draft.show("Another beginning of it");
    await until(() => messages()[0]?.text === "Another beginning of it");
    await draft.finish(PLAIN, BUTTONS);
    expect(messages()).toMatchObject([asOne(id, /^The refund/)]);
    expect(stage.double.callsOf("chat.startStream")).toHaveLength(1);
  });

  it("is taken away where there turns out to be nothing to say", async () => {
    const id = newId();
    await writeUntilDead({ method: "chat.startStream", when: "after" }, id, PLAIN);
    await stage.connect().openReply(stage.address, id, RESUMED).retract();
    expect(messages()).toEqual([]);
  });

  it("is one message after the stream had expired meanwhile", async () => {
    const id = newId();
    await writeUntilDead({ method: "chat.appendStream", when: "after" }, id, PLAIN);
    stage.double.world.streamLifeMs = 0;
    await continueOn(stage.connect(), id, PLAIN);
    expect(messages()).toMatchObject([asOne(id, /^The refund/)]);
  });

  it("is told from that of another agent that died in the same thread", async () => {
    const [sage, nova] = [inPersona("Sage"), inPersona("Nova")];
    const [sageId, novaId] = [newId(), newId()];
    const point: KillPoint = { method: "chat.startStream", when: "after" };
    await Promise.all([
      writeUntilDead(point, sageId, PLAIN, sage),
      writeUntilDead({ ...point, method: "chat.appendStream" }, novaId, LINKED, nova),
    ]);
    expect(messages()).toHaveLength(2);
    await Promise.all([
      continueOn(stage.connect(), novaId, "Nova says forty.", nova),
      continueOn(stage.connect(), sageId, "Sage says thirty.", sage),
    ]);
    const shown = messages().toSorted((one, other) => one.text.localeCompare(other.text));
    expect(shown).toMatchObject([
      asOne(novaId, /^Nova says forty/, "Nova"),
      asOne(sageId, /^Sage says thirty/, "Sage"),
    ]);
  });

  it("leaves the stream alone that another agent is writing there", async () => {
    const [sage, nova] = [inPersona("Sage"), inPersona("Nova")];
    const id = newId();
    const alive = stage.connect().openReply(nova, newId(), NEW);
    alive.show("Nova is still writing this");
    await until(() => messages().length === 1);
    await writeUntilDead({ method: "chat.startStream", when: "before" }, id, PLAIN, sage);
    await continueOn(stage.connect(), id, "Sage says thirty.", sage);
    expect(messages()).toMatchObject([
      { author: { name: "Nova" }, streaming: true },
      asOne(id, /^Sage says thirty/),
    ]);
    await alive.finish("Nova is still writing this, and done.");
    expect(messages().map(({ text }) => text)).toEqual([
      "Nova is still writing this, and done.",
      expect.stringMatching(/^Sage says thirty/),
    ]);
  });

  it("leaves whole answers and other words of the app alone", async () => {
    const id = newId();
    const { channel, thread } = stage.address;
    await stage.connect().openReply(stage.address, newId(), NEW).finish("An older answer.");
    await stage.connect().tellPrivately({ ...stage.address, person: "U0GONE" }, "A note.");
    await writeUntilDead({ method: "chat.startStream", when: "before" }, id, PLAIN);
    await continueOn(stage.connect(), id, PLAIN);
    expect(stage.double.appMessages(channel, thread).map(({ text }) => text)).toEqual([
      "An older answer.",
      "A note.",
      expect.stringMatching(/^The refund/),
    ]);
  });
});
