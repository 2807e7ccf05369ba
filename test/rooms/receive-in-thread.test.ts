import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findAddressed } from "../../src/rooms/addressing.ts";
import { bindAgent, setReplyPlace } from "../../src/rooms/bind-agent.ts";
import { Conversation } from "../../src/rooms/conversation.ts";
import type { Mode } from "../../src/rooms/participation.ts";
import { receiveIfWatched } from "../../src/rooms/receive-message.ts";
import { Room } from "../../src/rooms/room.ts";
import { Turn } from "../../src/turns/turn.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";
import { pause } from "../support/until.ts";

const sizes = await testSizes();

describe.each(sizes)("a mention that begins a thread, on $name", (size) => {
  let app: TestApp;
  let other: TestApp;
  let channels = 0;
  let channel = "";
  beforeAll(async () => {
    app = await openTestApp({ size });
    other = await app.join();
    for (const slug of ["rex", "vera"]) await app.addAgent({ slug, name: `The ${slug}` });
    await app.addAgent({ slug: "kim", name: "Kimberley" });
    for (const process of [app, other]) await mention(process, { in: "slack:T1.WARM", id: "1.1" });
  });
  afterAll(() => app.close());
  beforeEach(() => {
    channel = `slack:T1.C${channels++}`;
    app.sql.statements.length = 0;
    app.queue.enqueued.length = 0;
  });

  function mention(
    process: TestApp,
    { in: roomKey = channel, id = "9.1", text = "hello", name = "Ana", toBot = true } = {},
  ) {
    return receiveIfWatched(process.control, {
      roomKey,
      ownThread: `${roomKey}:${id}`,
      person: { externalId: name.toLowerCase(), name },
      text: `@troupe ${text}`,
      externalId: id,
      toBot,
    });
  }

  const roomOf = (key: string) => app.db.em().findOne(Room, { key });
  async function askedIn(key: string) {
    const where = { conversation: { room: { key } } };
    const found = await app.db
      .em()
      .find(Turn, where, { populate: ["conversation.agent"], orderBy: { seq: "asc" } });
    return found.map(({ conversation }) => conversation.agent.slug);
  }
  const setUp = (slug: string, mode: Mode, process = app) =>
    bindAgent({ em: process.db.em(), directory: process.control.directory }, channel, {
      slug,
      mode,
    });

  it("takes one statement and wakes one job, for somebody who has written before", async () => {
    const received = await mention(app);
    expect(app.sql.statements).toEqual(["receive_in_thread"]);
    expect(await askedIn(`${channel}:9.1`)).toEqual(["sage"]);
    const { id } = await app.conversationOf(received?.turnIds[0] ?? "");
    expect(app.queue.enqueued).toEqual([{ lane: "conversations", id, delayMs: 0 }]);
    expect(await roomOf(channel)).toBeNull();
  });

  it("makes turns whose ids sort by their time", async () => {
    const ids: string[] = [];
    for (const id of ["1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8"]) {
      const received = await mention(app, { id });
      ids.push(...(received?.turnIds ?? []));
      await pause(2);
    }
    expect(ids).toHaveLength(8);
    expect(ids.toSorted()).toEqual(ids);
  });

  it("leaves a room that this process knows: what follows takes one statement", async () => {
    await mention(app);
    app.sql.statements.length = 0;
    await receiveIfWatched(app.control, {
      roomKey: `${channel}:9.1`,
      person: { externalId: "ana", name: "Ana" },
      text: "what else?",
      externalId: "9.2",
      toBot: true,
    });
    expect(app.sql.statements).toEqual(["receive_message"]);
    expect(await askedIn(`${channel}:9.1`)).toEqual(["sage", "sage"]);
  });

  it("changes nothing when it is delivered again, here or in another process", async () => {
    const first = await mention(app);
    expect(await mention(app)).toEqual({ ...first, duplicate: true });
    expect(await mention(other)).toEqual({ ...first, duplicate: true });
    expect(await askedIn(`${channel}:9.1`)).toEqual(["sage"]);
  });

  it("makes one room, message and turn where processes see it at the same moment", async () => {
    for (let round = 0; round < 8; round++) {
      const id = `8.${round}`;
      const all = await Promise.all([app, other, app, other].map((one) => mention(one, { id })));
      expect(new Set(all.map((each) => each?.messageId)).size).toBe(1);
      expect(all.filter((each) => each?.duplicate === false)).toHaveLength(1);
      expect(await askedIn(`${channel}:${id}`)).toEqual(["sage"]);
    }
  });

  it("shares a statement with others, and each keeps its own room", async () => {
    const ids = Array.from({ length: 24 }, (_, index) => `7.${index}`);
    const texts = ["hello", "rex, hello", "what do @vera and @rex say?"];
    await Promise.all(ids.map((id, index) => mention(app, { id, text: texts[index % 3] ?? "" })));
    const expected = [["sage"], ["rex"], ["vera", "rex"]];
    for (const [index, id] of ids.entries()) {
      expect(await askedIn(`${channel}:${id}`)).toEqual(expected[index % 3]);
    }
  });

  it("is received in the ordinary way from somebody new", async () => {
    await mention(app, { name: `New${channels}` });
    expect(app.sql.statements).not.toContain("receive_in_thread");
    expect(await askedIn(`${channel}:9.1`)).toEqual(["sage"]);
  });

  it("belongs to the channel once that answers in itself, and to threads once it does not", async () => {
    const scope = { em: other.db.em(), directory: other.control.directory };
    await app.control.directory.room(channel, { names: [], orDefault: true });
    await setReplyPlace(scope, channel, "room");
    await mention(app, { id: "1.1" });
    expect(await askedIn(channel)).toHaveLength(1);
    app.sql.statements.length = 0;
    await mention(app, { id: "1.2" });
    expect(app.sql.statements).toEqual(["receive_message"]);
    await setReplyPlace(scope, channel, "thread");
    await mention(app, { id: "1.3" });
    expect(await askedIn(channel)).toHaveLength(2);
    expect(await askedIn(`${channel}:1.3`)).toHaveLength(1);
  });

  it("asks the first where all agents of the channel are switched off, so that it says so", async () => {
    await app.control.directory.room(channel);
    await setUp("sage", "off");
    await mention(app);
    expect(await askedIn(`${channel}:9.1`)).toEqual(["sage"]);
  });

  const members: [slug: string, mode: Mode][][] = [
    [],
    [["vera", "mention"]],
    [
      ["vera", "off"],
      ["rex", "listen"],
      ["kim", "always"],
    ],
  ];
  const texts = ["hello", "kimberley, hi", "@kim and @vera and @KIM", "@vera only", "@nobody"];
  it.each(members.flatMap((each) => texts.map((text) => ({ each, text }))))(
    "asks whom a known room of the same members would ask: $text, $each",
    async ({ each, text }) => {
      await app.control.directory.room(channel);
      for (const [slug, mode] of each) await setUp(slug, mode);
      await mention(app, { text });
      expect(app.sql.statements.filter((name) => name.startsWith("receive_"))).toEqual([
        "receive_in_thread",
      ]);
      const key = `${channel}:9.1`;
      const lanes = await app.db
        .em()
        .find(
          Conversation,
          { room: { key } },
          { populate: ["agent"], orderBy: { createdAt: "asc" } },
        );
      const known = lanes.map(({ agent: { slug, name }, mode }) => ({ slug, name, mode }));
      const addressed = findAddressed({ members: known }, `@troupe ${text}`, true);
      expect(await askedIn(key)).toEqual(addressed.map(({ slug }) => slug));
      const remembered = app.control.directory.known(key)?.members ?? [];
      expect(remembered.map(({ slug }) => slug).toSorted()).toEqual(
        known.map(({ slug }) => slug).toSorted(),
      );
    },
  );
});
