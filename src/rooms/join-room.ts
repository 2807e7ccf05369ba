import type { Clock } from "../base/clock.ts";
import { statement, type Sql } from "../store/sql.ts";
import { namesIn } from "./addressing.ts";
import type { IncomingMessage } from "./receive-message.ts";
import type { KnownRoom, RoomDirectory } from "./room-directory.ts";

type Scope = { sql: Sql; clock: Clock; directory: RoomDirectory };

const JOIN_ROOM = statement(
  "join_room",
  `with named as (
     select id from agent where slug = any($2::text[]) or lower(name) = any($2::text[])
   ), joined as (
     insert into conversation (id, room_id, agent_id, created_at)
     select gen_random_uuid(), $1, named.id, $3 from named
     on conflict (room_id, agent_id) do nothing returning id
   ), changed as (
     update room set version = version + 1 where id = $1 and exists (select from joined)
   )
   select id from named`,
);

/**
 * Makes the agents of these slugs or lower-case names members of a room; unknown names are people
 * and stay outside. Answers how many of the names are agents, members before or not.
 */
export async function joinRoom(
  { sql, clock }: { sql: Sql; clock: Clock },
  room: { id: string },
  names: string[],
): Promise<number> {
  const now = new Date(clock.now()).toISOString();
  return (await sql.rows(JOIN_ROOM, [room.id, names, now])).length;
}

const JOIN_DEFAULT = statement(
  "join_default_agent",
  `with joined as (
     insert into conversation (id, room_id, agent_id, created_at)
     select gen_random_uuid(), r.id, w.default_agent_id, $2
     from room r join workspace w on w.id = r.workspace_id
     where r.id = $1 and w.default_agent_id is not null
     on conflict (room_id, agent_id) do nothing returning id
   ), changed as (
     update room set version = version + 1 where id = $1 and exists (select from joined)
   )
   select id from joined`,
);

/** Makes the workspace's default agent a member of a room. Answers how many joined. */
async function joinDefaultAgent(
  { sql, clock }: { sql: Sql; clock: Clock },
  room: { id: string },
): Promise<number> {
  return (await sql.rows(JOIN_DEFAULT, [room.id, new Date(clock.now()).toISOString()])).length;
}

/** Agents that are addressed and known, but not in the room yet, join it; else the default agent. */
export async function joinAddressed(
  scope: Scope,
  room: KnownRoom,
  incoming: IncomingMessage,
): Promise<KnownRoom> {
  const strangers = strangersIn(room, incoming);
  let joined = strangers.length === 0 ? 0 : await joinRoom(scope, room, strangers);
  if (joined === 0 && incoming.toBot === true && room.members.length === 0) {
    joined = await joinDefaultAgent(scope, room);
  }
  return joined > 0 ? scope.directory.refresh(room.key) : room;
}

/** The words of a message that may name an agent and name no member: most are people, or plain words. */
export function strangersIn(
  { members }: KnownRoom,
  { text, spoken = text, toBot }: IncomingMessage,
): string[] {
  const isMember = (name: string) =>
    members.some((member) => member.slug === name || member.name.toLowerCase() === name);
  return namesIn(spoken, toBot).filter((name) => !isMember(name));
}
