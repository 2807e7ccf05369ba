import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../../src/base/errors.ts";
import { type ChatSession, createChatSession } from "../../../src/cli/talk/chat-session.ts";
import type { ChatView } from "../../../src/cli/talk/chat-view.ts";
import type { RoomMessage } from "../../../src/cli/room-client.ts";
import { createMemoryRoom, type MemoryRoom } from "../../fakes/memory-room.ts";
import { until } from "../../support/until.ts";

const SAGE = { kind: "AGENT", name: "Sage" } as const;
const agent = { name: "Sage" };

let room: MemoryRoom;
let said: string[];
let live: string[];
let session: ChatSession;
let leaving: AbortController;
let followed: Promise<void>;

function createRecorder(): ChatView {
  return {
    message: ({ author, text }, tools = []) => {
      const used = [...tools].join("+");
      said.push(`${author.name}${used && ` (${used})`}: ${text}`);
    },
    notice: (text) => said.push(`notice: ${text}`),
    fault: (text) => said.push(`fault: ${text}`),
    live: (turns) => {
      live = turns.map(({ doing, text }) => doing ?? text);
    },
  };
}

async function enter(): Promise<void> {
  leaving = new AbortController();
  session = createChatSession(room, createRecorder(), leaving.signal);
  followed = session.follow();
  await until(() => room.watchers() > 0);
}

function reply(id: string, text: string, turnId: string): RoomMessage {
  return { id, author: SAGE, text, turnId };
}

function fromPerson(id: string, name: string, text: string): RoomMessage {
  return { id, author: { kind: "PERSON", name }, text, turnId: null };
}

beforeEach(() => {
  room = createMemoryRoom();
  said = [];
  live = [];
});
afterEach(async () => {
  leaving.abort();
  await followed;
});

describe("a chat session", () => {
  it("shows the last messages on entry, and then what is posted", async () => {
    for (let index = 1; index <= 12; index++) {
      room.post(fromPerson(`m${index}`, "Bo", `text ${index}`));
    }
    await enter();
    await until(() => said.length >= 10);
    room.post(fromPerson("m13", "Bo", "text 13"));
    await until(() => said.length >= 11);
    expect(said).toEqual(Array.from({ length: 11 }, (_, index) => `Bo: text ${index + 3}`));
  });

  it("puts the posted message in the place of what streamed, whatever was missed", async () => {
    await enter();
    room.emit({ __typename: "AgentThinking", turnId: "t", agent, status: "thinking" });
    await until(() => live[0] === "is thinking");
    const toolStatus = "RUNNING";
    room.emit({ __typename: "ToolExecution", turnId: "t", agent, tool: "time", toolStatus });
    await until(() => live[0] === "uses time");
    room.emit({ __typename: "ReplyDelta", turnId: "t", agent, text: "noon", position: 6 });
    await until(() => live[0]?.endsWith("noon") === true);
    room.post(reply("r", "It is noon.", "t"));
    room.emit({ __typename: "ReplyDelta", turnId: "t", agent, text: ".", position: 10 });
    room.emit({ __typename: "MessagePosted", message: reply("r", "It is noon.", "t") });
    room.post(fromPerson("m", "Bo", "thanks"));
    await until(() => said.includes("Bo: thanks"));
    expect(said).toEqual(["Sage (time): It is noon.", "Bo: thanks"]);
    expect(live).toEqual([]);
  });

  it("does not repeat what was typed, even where its event comes before the answer", async () => {
    room.addressed = ["t"];
    await enter();
    const held = room.holdAnswers();
    session.say("hello");
    room.post(fromPerson("m", "Bo", "hi Ana"));
    room.post(fromPerson("other-window", "Ana", "me, elsewhere"));
    await until(() => said.includes("Bo: hi Ana"));
    held.release();
    await until(() => said.includes("Ana: me, elsewhere"));
    expect(said).toEqual(["Bo: hi Ana", "Ana: me, elsewhere"]);
  });

  it("says so where nobody was addressed, and names the agents", async () => {
    await enter();
    session.say("hello");
    await until(() => said.length > 0);
    expect(said).toEqual(["notice: Nobody was addressed. Name one of the agents: @sage."]);
  });

  it("sends what was typed while the server was away, once and in order", async () => {
    room.addressed = ["t"];
    await enter();
    room.goAway();
    await until(() => said.length > 0);
    session.say("one");
    session.say("two");
    await until(() => said.length > 1);
    expect(session.unsent()).toEqual(["one", "two"]);
    room.comeBack();
    await until(() => session.unsent().length === 0);
    expect(room.messages.map(({ text }) => text)).toEqual(["one", "two"]);
    await until(() => said.includes("notice: Connected again."));
    expect(said.filter((line) => line.startsWith("fault: The server ended"))).toHaveLength(1);
  });

  it("catches up on what was posted while it was away", async () => {
    room.post(fromPerson("m1", "Bo", "before"));
    await enter();
    await until(() => said.length > 0);
    room.goAway();
    room.post(fromPerson("m2", "Bo", "meanwhile"));
    room.post(reply("r", "me too", "t"));
    room.comeBack();
    await until(() => said.includes("notice: Connected again."));
    expect(said.filter((line) => !/^fault|^notice/.test(line))).toEqual([
      "Bo: before",
      "Bo: meanwhile",
      "Sage: me too",
    ]);
  });

  it("finds the answer whose event was lost", async () => {
    room.addressed = ["t"];
    await enter();
    session.say("hello");
    await until(() => room.messages.length > 0);
    const message = reply("r", "found", "t");
    room.post(message, "silently");
    room.turns.set("t", { id: "t", status: "DONE", agent, reply: message });
    await until(() => said.length > 0);
    expect(said).toEqual(["Sage: found"]);
  });

  it("ends where the server refuses", async () => {
    await enter();
    room.watch = () => {
      throw new AppError("UNAUTHENTICATED", "The server refused the token.");
    };
    room.goAway();
    await expect(followed).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    followed = Promise.resolve();
  });

  it("shows that an agent waits for a decision, and how others decided", async () => {
    await enter();
    const asks = { action: "post “Hello”", question: "May I post “Hello”?" };
    const question = { id: "q", turnId: "t", agent, ...asks, decidedBy: null };
    const change = (approval: object) =>
      room.emit({
        __typename: "ApprovalChanged",
        turnId: "t",
        agent,
        approval: { ...question, status: "WAITING", ...approval },
      });
    room.emit({ __typename: "AgentThinking", turnId: "t", agent, status: "thinking" });
    await until(() => live.length === 1);
    change({});
    await until(() => live.length === 0);
    change({ status: "APPROVED", decidedBy: "Ana" });
    change({ status: "DECLINED", decidedBy: "Olga" });
    change({ status: "EXPIRED" });
    await until(() => said.length === 3);
    expect(said).toEqual([
      "notice: Sage waits for a decision: post “Hello”. /approve or /decline decides it.",
      "notice: Olga declined: post “Hello”",
      "notice: Nobody decided in time: post “Hello”",
    ]);
  });
});
