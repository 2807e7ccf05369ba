import { AppError } from "../../src/base/errors.ts";
import type {
  RoomClient,
  RoomEvent,
  RoomMessage,
  RoomPreferences,
  RoomQuestion,
  RoomTurn,
} from "../../src/cli/room-client.ts";

/** A room on a server that can go away, whose events can be lost, and whose clock is the test. */
export type MemoryRoom = RoomClient & {
  messages: RoomMessage[];
  turns: Map<string, RoomTurn>;
  /** What waits for a decision. */
  waiting: RoomQuestion[];
  /** Turns that the next messages ask for; none means that nobody is addressed. */
  addressed: string[];
  /** Tells those who watch. */
  emit(event: RoomEvent): void;
  /** Posts a message; `silently` loses its event. */
  post(message: RoomMessage, how?: "silently"): void;
  /** The server dies: every call fails, and watching ends. */
  goAway(): void;
  comeBack(): void;
  watchers(): number;
  /** Answers of `send` are held back until `release`, though the message is posted at once. */
  holdAnswers(): { release(): void };
};

export function createMemoryRoom(person = "ana"): MemoryRoom {
  const messages: RoomMessage[] = [];
  const turns = new Map<string, RoomTurn>();
  const questions: RoomQuestion[] = [];
  let preferences: RoomPreferences = { verbosity: null, style: null, timeZone: "UTC" };
  const received = new Map<string, { messageId: string; turnIds: string[] }>();
  const watchers = new Set<{ queue: RoomEvent[]; wake: () => void; ended: boolean }>();
  let away = false;
  let held: Promise<void> | undefined;

  function requireServer(): void {
    if (away) throw new AppError("UNAVAILABLE", "No server answers.");
  }

  const room: MemoryRoom = {
    key: "console:lobby",
    person,
    messages,
    turns,
    waiting: questions,
    addressed: [],
    async send(text, clientMessageId) {
      requireServer();
      let sent = received.get(clientMessageId);
      if (!sent) {
        sent = { messageId: `own-${received.size + 1}`, turnIds: [...room.addressed] };
        received.set(clientMessageId, sent);
        const author = { kind: "PERSON" as const, name: person };
        room.post({ id: sent.messageId, author, text, turnId: null });
      }
      await held;
      requireServer();
      return sent;
    },
    async lastMessages(count) {
      requireServer();
      return messages.slice(-count);
    },
    async turn(id) {
      requireServer();
      return turns.get(id) ?? null;
    },
    async agents() {
      requireServer();
      return [{ slug: "sage", name: "Sage", role: "generalist", status: "ACTIVE" }];
    },
    async questions() {
      requireServer();
      return questions;
    },
    async decide(id, approve) {
      requireServer();
      const at = questions.findIndex((question) => question.id === id);
      const [question] = questions.splice(at, 1);
      if (!question) throw new AppError("NOT_FOUND", "There is no such question.");
      return { ...question, status: approve ? "APPROVED" : "DECLINED", decidedBy: person };
    },
    async setPreferences({ timeZone, ...rest }) {
      requireServer();
      const zone = timeZone === undefined ? preferences.timeZone : (timeZone ?? "UTC");
      preferences = { ...preferences, ...rest, timeZone: zone };
      return preferences;
    },
    async watch(signal) {
      requireServer();
      const watcher = { queue: [] as RoomEvent[], wake: () => {}, ended: false };
      watchers.add(watcher);
      signal.addEventListener("abort", () => end(watcher));
      return follow(watcher);
    },
    emit(event) {
      for (const watcher of watchers) {
        watcher.queue.push(event);
        watcher.wake();
      }
    },
    post(message, how) {
      messages.push(message);
      if (how !== "silently") room.emit({ __typename: "MessagePosted", message });
    },
    goAway() {
      away = true;
      for (const watcher of watchers) end(watcher);
    },
    comeBack() {
      away = false;
    },
    watchers: () => watchers.size,
    holdAnswers() {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return { release: resolve };
    },
  };

  type Watcher = { queue: RoomEvent[]; wake: () => void; ended: boolean };

  function end(watcher: Watcher): void {
    watcher.ended = true;
    watchers.delete(watcher);
    watcher.wake();
  }

  async function* follow(watcher: Watcher): AsyncGenerator<RoomEvent, void, undefined> {
    while (!watcher.ended || watcher.queue.length > 0) {
      const event = watcher.queue.shift();
      if (event) yield event;
      else {
        await new Promise<void>((resolve) => {
          watcher.wake = resolve;
        });
      }
    }
  }

  return room;
}
