import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ChatPlatform } from "../../src/rooms/chat-platform.ts";
import { receiveMessage } from "../../src/rooms/receive-message.ts";
import type { Platform } from "../../src/rooms/workspace.ts";
import { createReplyStream } from "../../src/turns/reply/reply-stream.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { newId } from "../../src/base/ids.ts";

/** What a platform was told to show, in order. */
let told: string[] = [];
let tellsAlone = true;
const recorder: ChatPlatform = {
  platform: "slack",
  traits: { needsOutbox: true, messageCharacters: 2000, mostParts: 5, signsPass: true },
  openReply: () => ({
    show: (text) => void told.push(`show ${text}`),
    async finish(text, options) {
      told.push(`finish ${text}${options?.feedbackButtons ? " [👍 👎]" : ""}`);
      return [newId()];
    },
    abandon: () => void told.push("abandon"),
    async retract() {
      told.push("retract");
    },
  }),
  greet: () => () => undefined,
  showStatus: () => undefined,
  readFile: async () => Buffer.alloc(0),
  ask: async () => newId(),
  closeQuestion: async () => undefined,
  async tellAlone(_address, text) {
    if (tellsAlone) told.push(`alone ${text}`);
    return tellsAlone;
  },
  tellPrivately: async () => undefined,
  closedReason: async () => undefined,
  leave: async () => undefined,
  close: async () => undefined,
};

let app: TestApp;
let rooms = 0;
beforeAll(async () => {
  app = await openTestApp();
  (app.scope.platforms as Map<Platform, ChatPlatform>).set("slack", recorder);
  await app.addAgent({ slug: "helper", name: "Helper" });
});
afterAll(() => app.close());
beforeEach(() => {
  told = [];
  tellsAlone = true;
});

async function mention() {
  const { turnIds } = await receiveMessage(app.control, {
    roomKey: `slack:T1.C${rooms++}:17000.1`,
    person: { externalId: "U1", name: "Ana" },
    text: "@troupe helper hello",
    externalId: "17000.1",
    toBot: true,
  });
  const turnId = turnIds[0] ?? "";
  return { turnId, conversationId: (await app.conversationOf(turnId)).id };
}

describe("what a platform shows of a turn", () => {
  it("ends with the answer, which carries 👍 and 👎", async () => {
    const { conversationId } = await mention();
    await app.run(conversationId);
    expect(told.at(-1)).toBe("finish Hello from the script. [👍 👎]");
  });

  it("is given up by a worker that finds its turn taken over, before anything else", async () => {
    const { turnId, conversationId } = await mention();
    app.model.script({
      toolCalls: [{ id: "c", name: "calculator", input: { expression: "1" } }],
    });
    app.sql.hook(async (name, when) => {
      if (name !== "write_journal" || when !== "before") return;
      app.sql.hook(undefined);
      await app.db
        .em()
        .execute("update conversation set fence = fence + 1, holder_id = null where id = ?", [
          conversationId,
        ]);
    });
    await app.run(conversationId);
    expect(told.at(-1)).toBe("abandon");
    expect(told.filter((each) => each.startsWith("finish"))).toEqual([]);
    expect((await app.turn(turnId)).status).toBe("running");
  });

  it("is not posted again by a worker whose lease ran out while it resumed a finished answer", async () => {
    const { turnId, conversationId } = await mention();
    const finished = () => told.filter((each) => each.startsWith("finish"));
    app.sql.hook((name) => {
      if (name === "finish_turn") throw new Error("the process dies");
    });
    await app.run(conversationId).catch(() => undefined);
    expect(finished()).toHaveLength(1);

    // Everything but the record is in the journal; another worker claims while this one is paused.
    await app.db
      .em()
      .execute("update worker_process set alive_until = now() + interval '10 seconds'");
    app.sql.hook(async (name, when) => {
      if (name !== "claim_conversation" || when !== "after") return;
      app.sql.hook(undefined);
      app.clock.advance(60_000);
      await app.db
        .em()
        .execute("update conversation set fence = fence + 1, holder_id = null where id = ?", [
          conversationId,
        ]);
    });
    await app.run(conversationId);
    expect(finished()).toHaveLength(1);
    expect(told.at(-1)).toBe("abandon");

    await app.run(conversationId);
    expect(finished()).toHaveLength(2);
    expect((await app.turn(turnId)).status).toBe("done");
  });

  it("costs a plain turn no further statement", async () => {
    const { conversationId } = await mention();
    app.sql.statements.length = 0;
    await app.run(conversationId);
    expect(app.sql.statements).toContain("finish_turn");
    expect(app.sql.statements).not.toContain("check_fence");
  });

  it("is no draft any more once the process may have lost its lease", () => {
    const shown: string[] = [];
    let isHeld = true;
    const draft = {
      show: (text: string) => void shown.push(text),
      abandon: () => void shown.push("abandon"),
      finish: async () => [],
      retract: async () => undefined,
    };
    const turn = { roomId: newId(), turnId: newId(), agentId: newId() };
    const stream = createReplyStream(app.queue, turn, { draft, holdsLease: () => isHeld });
    stream.push("one ");
    stream.tool("calculator", "running");
    isHeld = false;
    stream.push("two");
    stream.end();
    expect(shown).toEqual(["one ", "abandon"]);
  });
});

describe("an agent that cannot answer", () => {
  const causes = [
    ["is paused", () => setStatus("paused"), /^Helper is paused at the moment\./, "declined"],
    ["has been stopped", () => setStatus("stopped"), /^Helper has been stopped/, "declined"],
    [
      "whose provider is away",
      () => app.model.script({ text: "Half a", fails: "network" }),
      /^Helper cannot answer: its model provider cannot be reached\./,
      "failed",
    ],
    ["whose model does not exist", () => setModel("nobody/none"), /nobody/, "failed"],
  ] as const;

  async function setStatus(status: string) {
    await change("status = ?", status);
  }
  async function setModel(model: string | null) {
    await change("model = ?", model);
  }
  async function change(what: string, value: string | null) {
    await app.db
      .em()
      .execute(`update agent set ${what}, version = version + 1 where slug = 'helper'`, [value]);
  }

  it.each(causes)("as it %s says so to the asker alone", async (_what, arrange, words, status) => {
    await arrange();
    const { turnId, conversationId } = await mention();
    await app.run(conversationId);
    await setStatus("active");
    await setModel(null);
    expect(told.filter((each) => each.startsWith("alone"))).toEqual([
      expect.stringMatching(new RegExp(words.source.replace("^", "^alone "))),
    ]);
    expect(told.at(-1)).toBe("retract");
    const turn = await app.turn(turnId);
    expect(turn.status).toBe(status);
    expect(turn.reason).not.toBe("");
    await expect(app.replyTo(turnId)).rejects.toThrow("Message not found");
    expect((await app.stepsOf(turnId, "deliver"))[0]?.output).toEqual({
      toldAlone: expect.stringMatching(words),
    });
  });

  it("says so in the room where the platform cannot tell one person alone", async () => {
    tellsAlone = false;
    await setStatus("paused");
    const { turnId, conversationId } = await mention();
    await app.run(conversationId);
    await setStatus("active");
    expect(told).toEqual(["finish Helper is paused at the moment. An operator can resume it."]);
    expect(await app.replyTo(turnId)).toContain("Helper is paused");
  });
});
