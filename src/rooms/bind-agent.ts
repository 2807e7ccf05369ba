import type { EntityManager } from "@mikro-orm/sql";
import { requireAgent } from "../agents/require-agent.ts";
import { Conversation } from "./conversation.ts";
import type { Mode } from "./participation.ts";
import { requireRoom } from "./require-room.ts";
import type { RoomDirectory } from "./room-directory.ts";
import type { Room } from "./room.ts";

type Scope = { em: EntityManager; directory: RoomDirectory };

/**
 * Says how an agent takes part in a room from the next message on; it joins where it is not in yet.
 * A channel's threads that it is in follow, and new ones begin with the channel's agents.
 * `answersBots` holds in the channel's threads too; where it is absent, it stays as it is.
 */
export async function bindAgent(
  { em, directory }: Scope,
  roomKey: string,
  { slug, mode, answersBots }: { slug: string; mode: Mode; answersBots?: boolean | undefined },
): Promise<Room> {
  const agent = await requireAgent({ em }, slug);
  const room = await requireRoom({ em, directory }, roomKey);
  return em.transactional(async (tx) => {
    const bound = await tx.findOne(Conversation, { room, agent });
    const answering = answersBots === undefined ? {} : { answersBots };
    if (bound) tx.assign(bound, { mode, ...answering });
    else tx.create(Conversation, { room, agent, mode, ...answering });
    await tx.flush();
    // Doors that remember the members notice by the version.
    const bump = `update room r set version = version + 1 where r.id = ? or r.id in (${THREADS})`;
    await tx.execute(bump, [room.id, agent.id, roomKey, roomKey]);
    await tx.execute(
      `update conversation set mode = ? where agent_id = ? and room_id in (${THREADS})`,
      [mode, agent.id, agent.id, roomKey, roomKey],
    );
    return tx.refreshOrFail(room);
  });
}

// The threads of a channel that an agent is in; see with-threads.ts for the operators.
const THREADS = `select c.room_id from conversation c join room t on t.id = c.room_id
  where c.agent_id = ? and t.key ~>=~ (?::text || ':') and t.key ~<~ (?::text || ';')`;

/** Says where mentions in a room are answered: in a thread of their own or in the room itself. */
export async function setReplyPlace(
  { em, directory }: Scope,
  roomKey: string,
  replyIn: Room["replyIn"],
): Promise<Room> {
  const room = await requireRoom({ em, directory }, roomKey);
  room.replyIn = replyIn;
  // Doors that remember the place notice by the version.
  room.version += 1;
  await em.flush();
  return room;
}

/** Says whether answers in a room carry 👍 and 👎; null lets a thread do as its channel does. */
export async function setFeedbackButtons(
  { em, directory }: Scope,
  roomKey: string,
  shown: boolean | null,
): Promise<Room> {
  const room = await requireRoom({ em, directory }, roomKey);
  room.feedbackButtons = shown;
  await em.flush();
  return room;
}
