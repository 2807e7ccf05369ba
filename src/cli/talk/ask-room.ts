import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../base/errors.ts";
import { newId } from "../../base/ids.ts";
import { retryWhileAway } from "../retry.ts";
import { hasEnded, type RoomClient, type RoomMessage, type RoomTurn } from "../room-client.ts";

const FIRST_LOOK_MS = 30;
const LONGEST_LOOK_MS = 300;
const PATIENCE_MS = 30_000;

/**
 * Sends one text and hands over each reply as it is posted, a reply to several turns once. Answers
 * the ended turns, none where nobody was addressed. A server that is away for half a minute is an
 * `UNAVAILABLE` error; until then nothing is lost and nothing is sent twice.
 */
export async function askRoom(
  room: RoomClient,
  text: string,
  onReply: (reply: RoomMessage) => void,
): Promise<RoomTurn[]> {
  const clientMessageId = newId();
  const { turnIds } = await patiently(() => room.send(text, clientMessageId));
  return awaitTurns(room, turnIds, onReply);
}

/** Likewise for turns that run already. One that waits for a decision is answered as it is. */
export async function awaitTurns(
  room: RoomClient,
  turnIds: readonly string[],
  onReply: (reply: RoomMessage) => void,
): Promise<RoomTurn[]> {
  const ended = new Map<string, RoomTurn>();
  const told = new Set<string>();
  let lookMs = FIRST_LOOK_MS;
  while (ended.size < turnIds.length) {
    await sleep(lookMs);
    lookMs = Math.min(lookMs * 1.3, LONGEST_LOOK_MS);
    const open = turnIds.filter((id) => !ended.has(id));
    const turns = await Promise.all(open.map((id) => patiently(() => room.turn(id))));
    for (const turn of turns) {
      if (!turn) throw new AppError("NOT_FOUND", "The server has lost the message. Send it again.");
      if (!hasEnded(turn) && turn.status !== "WAITING") continue;
      ended.set(turn.id, turn);
      if (!turn.reply || told.has(turn.reply.id)) continue;
      told.add(turn.reply.id);
      onReply(turn.reply);
    }
  }
  return [...ended.values()];
}

function patiently<T>(call: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  const onAway = (error: AppError) => {
    if (performance.now() > deadline) throw error;
  };
  return retryWhileAway(call, { signal: new AbortController().signal, onAway });
}
