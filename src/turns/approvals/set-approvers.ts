import type { EntityManager } from "@mikro-orm/sql";
import { requireAgent } from "../../agents/require-agent.ts";
import { AppError } from "../../base/errors.ts";
import { newId } from "../../base/ids.ts";
import { Person } from "../../rooms/person.ts";
import type { RoomDirectory } from "../../rooms/room-directory.ts";
import { requireRoom } from "../../rooms/require-room.ts";
import { Approver } from "./approver.ts";
import { approversOf, listApprovers } from "./list-approvers.ts";

type Scope = { em: EntityManager; directory: RoomDirectory };
type Somebody = { externalId: string; name: string };

const MOST_APPROVERS = 50;

/**
 * Says who may decide beside the one who asked: in a room and its threads, or, where an agent is
 * named, whatever that agent asks in the room's workspace. Replaces the list that was there; an empty
 * one takes it away. Answers the people on it.
 */
export async function setApprovers(
  { em, directory }: Scope,
  roomKey: string,
  { agent: slug, people }: { agent?: string; people: readonly Somebody[] },
): Promise<Person[]> {
  if (people.length > MOST_APPROVERS) {
    throw new AppError("INVALID", `A list holds at most ${MOST_APPROVERS} people.`);
  }
  const agent = slug === undefined ? undefined : await requireAgent({ em }, slug);
  const room = await requireRoom({ em, directory }, roomKey);
  const ids = new Set<string>();
  for (const { externalId, name } of people) {
    const known = await em.findOne(Person, { workspace: room.workspace, externalId });
    ids.add(known?.id ?? (await directory.person(room.workspace.id, externalId, name)));
  }
  return em.transactional(async (tx) => {
    for (const old of await tx.find(Approver, approversOf(room, agent))) tx.remove(old);
    await tx.flush();
    for (const person of ids) {
      tx.create(Approver, { id: newId(), person, ...(agent ? { agent } : { room }) });
    }
    await tx.flush();
    return listApprovers({ em: tx }, roomKey, slug === undefined ? {} : { agent: slug });
  });
}
