import { AppError } from "../../src/base/errors.ts";
import type { Ingress } from "../../src/rooms/platform/ingress.ts";
import type { IncomingMessage } from "../../src/rooms/messages/receive-message.ts";

type KeptMessage = IncomingMessage & { edited: boolean };
type Feedback = { roomKey: string; externalId: string; person: string; verdict: "good" | "bad" };

export type MemoryIngress = Ingress & {
  /** What is stored and not deleted, in the order of arrival. */
  messages(): KeptMessage[];
  feedback(): Feedback[];
  /** Every call so far, repeated and failing ones included. */
  calls(): number;
  /** The next calls fail as with a database that is away. */
  fail(times: number): void;
  /** From now on calls wait until the answered function is called. */
  hold(): () => void;
  /** Where mentions are answered from now on. */
  setReplyPlace(place: "thread" | "room"): void;
  /** An agent of every room answers bots from now on. */
  hearBots(): void;
};

/** An `Ingress` in memory; a channel becomes a room when somebody speaks to the bot in it. */
export function createMemoryIngress(): MemoryIngress {
  const rooms = new Map<string, Map<string, KeptMessage>>();
  const deleted = new Set<string>();
  const given = new Map<string, Feedback>();
  let failures = 0;
  let calls = 0;
  let gate: Promise<void> = Promise.resolve();
  let place: "thread" | "room" = "thread";
  let hearsBots = false;

  async function enter(): Promise<void> {
    calls += 1;
    await gate;
    if (failures === 0) return;
    failures -= 1;
    throw new Error("the database is away");
  }

  return {
    async message({ ownThread, ...said }) {
      await enter();
      const roomKey = place === "thread" ? (ownThread ?? said.roomKey) : said.roomKey;
      const incoming = { ...said, roomKey };
      if (incoming.text.trim() === "") throw new AppError("INVALID", "The message is empty.");
      if (incoming.fromBot === true && !hearsBots) return;
      const room = rooms.get(incoming.roomKey);
      if (!room && incoming.toBot === false) return;
      const kept = room ?? new Map<string, KeptMessage>();
      rooms.set(incoming.roomKey, kept);
      if (!kept.has(incoming.externalId)) {
        kept.set(incoming.externalId, { ...incoming, edited: false });
      }
    },
    async edited({ roomKey, externalId }, { text, files }) {
      await enter();
      const message = rooms.get(roomKey)?.get(externalId);
      if (message) Object.assign(message, { text, ...(files && { files }), edited: true });
      return message !== undefined;
    },
    async deleted({ roomKey, externalId }) {
      await enter();
      if (rooms.get(roomKey)?.has(externalId)) deleted.add(`${roomKey}/${externalId}`);
    },
    async reaction({ roomKey, externalId }, { person, verdict, added }) {
      await enter();
      const key = `${roomKey}/${externalId}/${person.externalId}`;
      if (added) given.set(key, { roomKey, externalId, person: person.name, verdict });
      else if (given.get(key)?.verdict === verdict) given.delete(key);
    },
    async cleared({ roomKey, externalId }, verdict) {
      await enter();
      for (const [key, each] of given) {
        const isThere = each.roomKey === roomKey && each.externalId === externalId;
        if (isThere && (verdict ?? each.verdict) === each.verdict) given.delete(key);
      }
    },
    livelyIn: async (under) => [...rooms.keys()].filter((key) => key.startsWith(under)),
    async newestSeen(roomKey) {
      return [...(rooms.get(roomKey)?.keys() ?? [])].at(-1);
    },
    messages: () =>
      [...rooms.values()]
        .flatMap((room) => [...room.values()])
        .filter(({ roomKey, externalId }) => !deleted.has(`${roomKey}/${externalId}`)),
    feedback: () => [...given.values()],
    calls: () => calls,
    fail(times) {
      failures = times;
    },
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
    hearBots() {
      hearsBots = true;
    },
    setReplyPlace(wanted) {
      place = wanted;
    },
  };
}
