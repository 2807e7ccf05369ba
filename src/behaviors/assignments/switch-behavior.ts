import type { EntityManager } from "@mikro-orm/sql";
import { AppError } from "../../base/errors.ts";
import { Conversation } from "../../rooms/conversation.ts";
import { requireBehavior } from "../require-behavior.ts";

/**
 * Gives an agent a behavior in one room and in the threads of its channel, over the one assigned to the
 * agent, from its next turn there on; null lets the agent's own apply again. An agent that is not in
 * the room is `NOT_FOUND`, a retired behavior `CONFLICT`.
 */
export async function switchBehavior(
  { em }: { em: EntityManager },
  roomKey: string,
  { agent: slug, behavior: name }: { agent: string; behavior: string | null },
): Promise<Conversation> {
  const behavior = name === null ? null : await requireBehavior({ em }, name);
  if (behavior?.status === "retired") {
    throw new AppError("CONFLICT", `"${name}" is retired. Activate it before you switch to it.`);
  }
  if (behavior && !behavior.currentRevisionId) {
    throw new AppError("CONFLICT", `"${name}" has no script that works yet. Revise it first.`);
  }
  const conversation = await em.findOne(
    Conversation,
    { room: { key: roomKey }, agent: { slug } },
    { populate: ["room", "agent"] },
  );
  if (!conversation) {
    throw new AppError("NOT_FOUND", `The agent "${slug}" is not in ${roomKey}. Invite it first.`);
  }
  conversation.behaviorId = behavior?.id ?? null;
  await em.flush();
  return conversation;
}
