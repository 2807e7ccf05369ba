import type { EntityManager } from "@mikro-orm/sql";
import type { Clock } from "../../base/clock.ts";
import { newId } from "../../base/ids.ts";
import type { JobQueue } from "../../queue/job-queue.ts";
import type { Sql } from "../../store/sql.ts";
import { findAddressed } from "../messages/addressing.ts";
import { joinRoom } from "../messages/join-room.ts";
import {
  CONVERSATION_LANE,
  type IncomingMessage,
  type ReceivedMessage,
} from "../messages/receive-message.ts";
import { toStoredFiles } from "../messages/message-file.ts";
import { requireText } from "../messages/require-text.ts";
import type { RoomDirectory } from "../room-directory.ts";
import { publishRoomEvent } from "../room-events.ts";
import { refuseBot } from "./bot-limits.ts";
import { findWilling } from "./find-willing.ts";
import { loadExchange } from "./load-exchange.ts";

type Scope = {
  em: () => EntityManager;
  sql: Sql;
  queue: JobQueue;
  clock: Clock;
  directory: RoomDirectory;
};

type Asked = { id: string; agent_id: string };
type Kept = ReceivedMessage & { wanted: string[] };

/**
 * Stores what another bot wrote where an agent of the room answers bots, and undefined elsewhere.
 * What the loop guard refuses becomes a declined turn with the reason and no reply.
 */
export async function receiveFromBot(
  scope: Scope,
  incoming: IncomingMessage,
): Promise<ReceivedMessage | undefined> {
  const text = requireText(incoming.text);
  // Whoever is off tells no bot so, which might answer that.
  const willing = (await findWilling(scope, incoming.roomKey)).filter(({ mode }) => mode !== "off");
  if (willing.length === 0) return undefined;
  const addressed = findAddressed({ members: willing }, text, incoming.toBot);
  const known = await scope.directory.find(incoming.roomKey);
  if (!known && addressed.length === 0) return undefined;
  const room = known ?? (await scope.directory.room(incoming.roomKey));
  const slugs = addressed.map(({ slug }) => slug);
  if (slugs.length > 0) await joinRoom(scope, room, slugs);
  const { externalId, name } = incoming.person;
  const botId = await scope.directory.person(room.workspaceId, externalId, name);
  const agentIds = addressed.map(({ agentId }) => agentId).sort();
  const kept = await scope.em().transactional(async (tx) => {
    // The guard counts what was answered before: two messages at once must not both be the last.
    for (const id of agentIds) {
      await tx.execute("select pg_advisory_xact_lock(hashtextextended(?, 7462310714))", [id]);
    }
    return keep(scope, tx, { room, botId, agentIds, incoming: { ...incoming, text } });
  });
  if (kept.duplicate) return kept;
  publishRoomEvent(scope.queue, room.id, { type: "MessagePosted", messageId: kept.messageId });
  await Promise.all(kept.wanted.map((id) => scope.queue.enqueue(CONVERSATION_LANE, id)));
  return kept;
}

type Keeping = {
  room: { id: string };
  botId: string;
  agentIds: string[];
  incoming: IncomingMessage;
};

async function keep(
  { clock }: Scope,
  tx: EntityManager,
  { room, botId, agentIds, incoming }: Keeping,
): Promise<Kept> {
  const messageId = newId();
  const nowMs = clock.now();
  const now = new Date(nowMs).toISOString();
  const { text, externalId } = incoming;
  const stored: unknown[] = await tx.execute(
    `insert into message (id, room_id, person_id, text, external_id, posted_at, files, from_bot)
     values (?, ?, ?, ?, ?, ?, ?::jsonb, true) on conflict (room_id, external_id) do nothing returning id`,
    [messageId, room.id, botId, text, externalId, now, toStoredFiles(incoming.files)],
  );
  if (stored.length === 0) return findKept(tx, room.id, incoming);
  const lanes = await tx.execute<Asked[]>(
    `select id, agent_id from conversation where room_id = ? and agent_id in (${toList(agentIds)})`,
    [room.id, ...agentIds],
  );
  const { roomKey } = incoming;
  const kept: Kept = { messageId, roomKey, turnIds: [], duplicate: false, wanted: [] };
  for (const { id: conversationId, agent_id: agentId } of lanes) {
    const refusal = refuseBot(await loadExchange(tx, { roomId: room.id, agentId, botId }, nowMs));
    const turnId = newId();
    kept.turnIds.push(turnId);
    const turn = { turnId, conversationId, messageId, now };
    if (refusal !== undefined) await declineSilently(tx, turn, refusal);
    else {
      await tx.execute(
        `insert into turn (id, conversation_id, message_id, created_at, bot_id) values (?, ?, ?, ?, ?)`,
        [turnId, conversationId, messageId, now, botId],
      );
      kept.wanted.push(conversationId);
    }
  }
  return kept;
}

async function declineSilently(
  tx: EntityManager,
  turn: { turnId: string; conversationId: string; messageId: string; now: string },
  reason: string,
): Promise<void> {
  const { turnId, conversationId, messageId, now } = turn;
  await tx.execute(
    `insert into turn (id, conversation_id, message_id, created_at, finished_at, status, reason)
     values (?, ?, ?, ?, ?, 'declined', ?)`,
    [turnId, conversationId, messageId, now, now, reason],
  );
  const step = {
    kind: "record",
    name: "loop-guard",
    status: "skipped",
    durationMs: 0,
    output: { reason },
    at: now,
  };
  await tx.execute(`insert into turn_journal (turn_id, part, steps) values (?, 0, ?::jsonb)`, [
    turnId,
    JSON.stringify([step]),
  ]);
}

async function findKept(
  tx: EntityManager,
  roomId: string,
  { roomKey, externalId }: IncomingMessage,
): Promise<Kept> {
  const rows = await tx.execute<{ id: string; turn: string | null }[]>(
    `select m.id, t.id as turn from message m left join turn t on t.message_id = m.id
     where m.room_id = ? and m.external_id = ? order by t.seq`,
    [roomId, externalId],
  );
  const turnIds = rows.flatMap(({ turn }) => (turn === null ? [] : [turn]));
  return { messageId: rows[0]?.id ?? "", roomKey, turnIds, duplicate: true, wanted: [] };
}

function toList(values: unknown[]): string {
  return values.length === 0 ? "null" : values.map(() => "?").join(", ");
}
