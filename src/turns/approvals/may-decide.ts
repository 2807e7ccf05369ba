import type { EntityManager } from "@mikro-orm/sql";
import type { Approval } from "./approval.ts";
import { Approver } from "./approver.ts";

/** Who may decide beside operators: the one who asked, and those listed for the agent or the room. */
export async function listDeciders(
  { em }: { em: EntityManager },
  { conversation, requester }: Approval,
): Promise<{ id: string; name: string }[]> {
  const { room, agent } = conversation;
  const rooms = [room.id, room.parentId].filter((id) => id !== null && id !== undefined);
  const listed = await em.find(
    Approver,
    { $or: [{ agent: agent.id }, { room: { $in: rooms } }] },
    { populate: ["person"], orderBy: { createdAt: "asc", id: "asc" } },
  );
  const here = listed.filter(({ person }) => person.workspace.id === room.workspace.id);
  const people = [...(requester ? [requester] : []), ...here.map(({ person }) => person)];
  return [...new Map(people.map(({ id, name }) => [id, { id, name }])).values()];
}
