import { Agent } from "../../agents/agent.ts";
import { findAgent } from "../../agents/find-agent.ts";
import { AppError } from "../../base/errors.ts";
import { bindAgent } from "../../rooms/bind-agent.ts";
import type { Mode } from "../../rooms/participation.ts";
import { parseRoomKey } from "../../rooms/room-key.ts";
import { ROOM_OR_THREAD } from "../../rooms/with-threads.ts";
import { statement } from "../../store/sql.ts";
import type { CommandScope } from "./command-scope.ts";

export type RoomAgent = { id: string; slug: string; name: string; status: string; mode: Mode };

// What the room itself says of an agent goes before what a thread says.
const PRESENT = statement(
  "agents_in_room_or_threads",
  `select distinct on (a.slug) a.id, a.slug, a.name, a.status, c.mode
   from room r join conversation c on c.room_id = r.id join agent a on a.id = c.agent_id
   where ${ROOM_OR_THREAD} order by a.slug, (r.key = $1::text) desc, (c.mode <> 'off') desc`,
);

const DEFAULT = statement(
  "default_agent_of_workspace",
  `select a.id, a.slug, a.name, a.status, 'mention' as mode from agent a
   where a.id = coalesce(
     (select default_agent_id from workspace where platform = $1 and external_id = $2),
     (select default_agent_id from workspace where platform = 'console'))`,
);

/**
 * The agents of a room, or of a channel's threads where most talk is; before anybody has spoken there,
 * the one that would answer.
 */
export async function listRoomAgents(
  { sql }: Pick<CommandScope, "sql">,
  roomKey: string,
): Promise<RoomAgent[]> {
  const present = await sql.rows<RoomAgent>(PRESENT, [roomKey]);
  if (present.length > 0) return present.filter(({ mode }) => mode !== "off");
  const { platform, workspace = "local" } = parseRoomKey(roomKey);
  return sql.rows<RoomAgent>(DEFAULT, [platform, workspace]);
}

/** The agent that is meant: the named one, else the only one here; an error says which there are. */
export async function requireRoomAgent(
  scope: CommandScope,
  roomKey: string,
  words: string | undefined,
): Promise<Agent> {
  if (words !== undefined) return findAgent(scope, words);
  const [only, ...others] = await listRoomAgents(scope, roomKey);
  if (!only)
    throw new AppError("NOT_FOUND", "No agent is in this room. `/agent invite` brings one.");
  if (others.length === 0) return scope.em.findOneOrFail(Agent, only.id);
  const names = [only, ...others].slice(0, 10).map(({ slug }) => `\`${slug}\``);
  throw new AppError("INVALID", `Several agents are here. Say which one: ${names.join(", ")}.`);
}

/** Makes sure that an agent is in the room itself, which is made where nobody has spoken in it. */
export async function seatAgent(
  { em, sql, directory }: CommandScope,
  roomKey: string,
  slug: string,
): Promise<void> {
  const { members } = await directory.refresh(roomKey);
  if (members.some((member) => member.slug === slug)) return;
  const seated = await sql.rows<RoomAgent>(PRESENT, [roomKey]);
  const mode = seated.find((agent) => agent.slug === slug)?.mode ?? "mention";
  await bindAgent({ em, directory }, roomKey, { slug, mode });
}
