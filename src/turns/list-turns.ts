import type { EntityManager } from "@mikro-orm/sql";
import { AppError } from "../base/errors.ts";
import { isId } from "../base/ids.ts";
import { parseRoomKey } from "../rooms/room-key.ts";
import { ROOM_OR_THREAD } from "../rooms/with-threads.ts";
import { statement, type Sql } from "../store/sql.ts";
import type { TurnStatus } from "./turn-status.ts";
import { Turn } from "./turn.ts";

export type TurnFilter = {
  /** Its threads belong to it. */
  room?: string | undefined;
  /** A slug. */
  agent?: string | undefined;
  status?: TurnStatus | undefined;
  /** Only turns that were asked for before this one. */
  before?: string | undefined;
  first: number;
};

// Ids sort by time, so that the newest are found by the primary key.
const NEWEST = `select t.id from turn t join conversation c on c.id = t.conversation_id
  join agent a on a.id = c.agent_id
  where ($2::text is null or a.slug = $2) and ($3::text is null or t.status = $3)
    and ($4::uuid is null or t.id < $4)`;
const ORDER = "order by t.id desc limit $5";
const ANYWHERE = statement("newest_turns", `${NEWEST} and $1::text is null ${ORDER}`);
const IN_ROOM = statement(
  "newest_turns_of_room",
  `${NEWEST} and c.room_id in (select r.id from room r where ${ROOM_OR_THREAD}) ${ORDER}`,
);

const MOST = 200;

/** Turns as they were asked for, the newest first. */
export async function listTurns(
  { em, sql }: { em: EntityManager; sql: Sql },
  { room, agent, status, before, first }: TurnFilter,
): Promise<Turn[]> {
  if (room !== undefined) parseRoomKey(room);
  if (before !== undefined && !isId(before)) {
    throw new AppError("INVALID", `"${before.slice(0, 60)}" is no turn id.`);
  }
  const rows = await sql.rows<{ id: string }>(room === undefined ? ANYWHERE : IN_ROOM, [
    room ?? null,
    agent ?? null,
    status ?? null,
    before ?? null,
    Math.min(Math.max(first, 1), MOST),
  ]);
  return em.find(
    Turn,
    rows.map(({ id }) => id),
    {
      orderBy: { id: "desc" },
      populate: ["conversation.agent", "conversation.room", "message.person", "message.agent"],
    },
  );
}
