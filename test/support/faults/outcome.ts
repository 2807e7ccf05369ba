import {
  askGraphql,
  readRoom,
  readTurn,
  type ReadMessage,
  type ReadTurn,
} from "../graphql-client.ts";
import { until, pause } from "../until.ts";
import type { ModelCall } from "./answering-model.ts";
import type { Kill } from "./respawning.ts";
import type { Sent } from "./send-messages.ts";

/** What a run left behind, as the doors tell it. */
export type Outcome = {
  sent: readonly Sent[];
  kills: readonly Kill[];
  calls: readonly ModelCall[];
  /** By its id. */
  turns: ReadonlyMap<string, ReadTurn>;
  /** By its key; oldest message first. */
  rooms: ReadonlyMap<string, ReadMessage[]>;
  /** The default agent's statistics. */
  agent: { tasksCompleted: number; successRate: number };
};

const POLL_MS = 250;

/** Waits until no turn is open any more; the test's own timeout is the limit. */
export async function untilAllEnded(url: string): Promise<void> {
  await until(async () => {
    await pause(POLL_MS);
    return (await countOpenTurns(url)) === 0;
  });
}

async function countOpenTurns(url: string): Promise<number | undefined> {
  try {
    const text = await (await fetch(`${url}/metrics`)).text();
    const value = /^troupe_open_turns (\d+)$/m.exec(text)?.[1];
    return value === undefined ? undefined : Number(value);
  } catch {
    return undefined;
  }
}

export async function readOutcome(
  url: string,
  known: Pick<Outcome, "sent" | "kills" | "calls">,
): Promise<Outcome> {
  const turns = new Map<string, ReadTurn>();
  const rooms = new Map<string, ReadMessage[]>();
  for (const { turnIds, room } of known.sent) {
    for (const id of turnIds) turns.set(id, await readTurn(url, id));
    if (!rooms.has(room)) rooms.set(room, await readRoom(url, room));
  }
  const { agent } = await askGraphql<{ agent: Outcome["agent"] }>(
    url,
    `{ agent(slug: "sage") { tasksCompleted successRate } }`,
  );
  return { ...known, turns, rooms, agent };
}
