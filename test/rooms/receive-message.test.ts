import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { updateAgent } from "../../src/agents/update-agent.ts";
import { Message } from "../../src/rooms/messages/message.ts";
import { Turn } from "../../src/turns/turn.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";

const sizes = await testSizes();

describe.each(sizes)("a received message, on $name", (size) => {
  let app: TestApp;
  let room = "";
  let rooms = 0;
  beforeAll(async () => {
    app = await openTestApp({ size });
    await app.addAgent({ slug: "rex", name: "Rex" });
    await app.addAgent({ slug: "vera", name: "Vera" });
  });
  afterAll(() => app.close());
  beforeEach(() => {
    room = `room-${rooms++}`;
    app.queue.enqueued.length = 0;
    app.queue.published.length = 0;
  });

  const agentsOf = async (turnIds: string[]) => {
    const turns = await app.db
      .em()
      .find(Turn, turnIds, { populate: ["conversation.agent"], orderBy: { seq: "asc" } });
    return turns.map(({ conversation }) => conversation.agent.slug);
  };
  const whoAnswers = async (text: string) => agentsOf((await app.say(room, "Ana", text)).turnIds);

  describe("asks", () => {
    it("the room's only agent, without a mention", async () => {
      expect(await whoAnswers("hello")).toEqual(["sage"]);
    });

    it("the mentioned agents, each once and in the order of the mentions", async () => {
      expect(await whoAnswers("@vera and @Sage, and you @vera")).toEqual(["vera", "sage"]);
    });

    it("nobody in a room with two agents where none is mentioned", async () => {
      await whoAnswers("@rex come in");
      app.queue.enqueued.length = 0;
      expect(await whoAnswers("what do you all think?")).toEqual([]);
      expect(app.queue.enqueued).toEqual([]);
    });

    it("the only agent where a person is mentioned", async () => {
      expect(await whoAnswers("@ben look at this")).toEqual(["sage"]);
    });

    it("an agent that is not in the room, which joins it", async () => {
      expect(await whoAnswers("@rex are you there?")).toEqual(["rex"]);
      const { members } = await app.control.directory.room(`console:${room}`);
      expect(members.map(({ slug }) => slug)).toEqual(["sage", "rex"]);
    });

    it("an agent that was created a moment ago", async () => {
      await whoAnswers("hello");
      await app.addAgent({ slug: `new-${room}` });
      expect(await whoAnswers(`@new-${room} welcome`)).toEqual([`new-${room}`]);
    });

    it("an agent by its name, in any case, and by its new name once it was renamed", async () => {
      const slug = `renamed-${room}`;
      await app.addAgent({ slug, name: `First${rooms}` });
      expect(await whoAnswers(`@FIRST${rooms} hello`)).toEqual([slug]);
      await updateAgent({ em: app.db.em() }, slug, { changes: { name: `Second${rooms}` } });
      expect(await whoAnswers(`@second${rooms} hello`)).toEqual([slug]);
    });
  });

  it("is announced to watchers, and wakes one job per asked agent", async () => {
    const { messageId, turnIds } = await app.say(room, "Ana", "@rex @vera hello");
    const conversations = await Promise.all(turnIds.map((id) => app.conversationOf(id)));
    expect(app.queue.enqueued.map(({ id }) => id)).toEqual(conversations.map(({ id }) => id));
    expect(app.queue.published.map(({ payload }) => payload)).toEqual([
      { type: "MessagePosted", messageId },
    ]);
  });

  it("changes nothing when it is delivered again, and yields its first result", async () => {
    const first = await app.say(room, "Ana", "@rex hello", "external-1");
    app.queue.published.length = 0;
    const again = await app.say(room, "Ana", "@rex hello", "external-1");
    expect(first.duplicate).toBe(false);
    expect(again).toEqual({ ...first, duplicate: true });
    expect(await app.messagesOf(room)).toHaveLength(1);
    expect(app.queue.published).toEqual([]);
  });

  it("is stored once when its twin arrives at the same moment, in any process", async () => {
    const other = await app.join();
    for (let round = 0; round < 10; round++) {
      const externalId = `twin-${round}`;
      const twins = await Promise.all(
        [app, other, app, other].map((process) => process.say(room, "Ana", "hello", externalId)),
      );
      expect(new Set(twins.map(({ messageId }) => messageId)).size).toBe(1);
      expect(new Set(twins.flatMap(({ turnIds }) => turnIds)).size).toBe(1);
      expect(twins.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    }
    expect(await app.messagesOf(room)).toHaveLength(10);
    await other.close();
  });

  it("with the same id in another room is another message", async () => {
    await app.say(room, "Ana", "hello", "same");
    expect((await app.say(`${room}-b`, "Ana", "hello", "same")).duplicate).toBe(false);
  });

  it.each([
    ["empty", ""],
    ["of spaces", " \n\t "],
    ["too large", "x".repeat(256 * 1024 + 1)],
    ["too large in bytes", "😀".repeat(64 * 1024 + 1)],
  ])("that is %s is refused, and leaves nothing behind", async (_what, text) => {
    const em = app.db.em();
    const before = [await em.count(Message), await em.count(Turn)];
    await expect(app.say(room, "Ana", text)).rejects.toMatchObject({ code: "INVALID" });
    expect([await em.count(Message), await em.count(Turn)]).toEqual(before);
    expect(app.queue.enqueued).toEqual([]);
  });

  it("may be as large as the limit", async () => {
    const text = "x".repeat(256 * 1024);
    await app.say(room, "Ana", text);
    expect((await app.messagesOf(room))[0]?.text).toHaveLength(text.length);
  });

  it("keeps a person's newest display name", async () => {
    await app.say(room, "ana", "hello");
    await app.say(room, "Ana", "hello");
    const authors = (await app.messagesOf(room)).map(({ author }) => author);
    expect(authors).toEqual(["Ana", "Ana"]);
  });

  it("reaches the members of now, though this process remembers those of before", async () => {
    const other = await app.join();
    await other.say(room, "Ana", "hello");
    await app.say(room, "Ana", "@rex come in");
    other.sql.statements.length = 0;
    const { turnIds } = await other.say(room, "Ana", "and now?");
    expect(turnIds).toEqual([]);
    expect(other.sql.statements).toEqual([
      "receive_message",
      "find_received_message",
      "load_rooms",
      "receive_message",
    ]);
    await other.close();
  });
});
