import type { EntityManager } from "@mikro-orm/sql";
import { requireAgent } from "../../agents/require-agent.ts";
import { AppError } from "../../base/errors.ts";
import type { Person } from "../../rooms/people/person.ts";
import { parseRoomKey } from "../../rooms/room-key.ts";
import { Room } from "../../rooms/room.ts";
import { Approver } from "./approver.ts";

/**
 * Who is listed to decide beside the one who asked: in a room and its threads, or, where an agent is
 * named, for that agent in the room's workspace. A room that nobody has written in is `NOT_FOUND`.
 */
export async function listApprovers(
  { em }: { em: EntityManager },
  roomKey: string,
  { agent: slug }: { agent?: string },
): Promise<Person[]> {
  parseRoomKey(roomKey);
  const agent = slug === undefined ? undefined : await requireAgent({ em }, slug);
  const room = await em.findOne(Room, { key: roomKey });
  if (!room) throw new AppError("NOT_FOUND", `There is no room ${roomKey} yet.`);
  const listed = await em.find(Approver, approversOf(room, agent), { populate: ["person"] });
  const people = listed.map(({ person }) => person);
  return people.toSorted((one, other) => one.name.localeCompare(other.name));
}

/** The rows of a room's list, or of an agent's in the room's workspace. */
export function approversOf(room: Room, agent: { id: string } | undefined) {
  return agent
    ? { agent: agent.id, person: { workspace: room.workspace.id } }
    : { room: room.id, agent: null };
}
