import type { EntityManager } from "@mikro-orm/sql";
import { AppError } from "../base/errors.ts";
import { requireAgent } from "../agents/require-agent.ts";
import { Conversation, type Mode } from "./conversation.ts";
import { parseRoomKey } from "./room-key.ts";
import type { RoomDirectory } from "./room-directory.ts";
import { Room } from "./room.ts";

type Scope = { em: EntityManager; directory: RoomDirectory };

/** Says how an agent takes part in a room from the next message on; it joins where it is not in yet. */
export async function bindAgent(
  { em, directory }: Scope,
  roomKey: string,
  { slug, mode }: { slug: string; mode: Mode },
): Promise<Room> {
  const agent = await requireAgent({ em }, slug);
  const room = await requireRoom({ em, directory }, roomKey);
  return em.transactional(async (tx) => {
    const bound = await tx.findOne(Conversation, { room, agent });
    if (bound) bound.mode = mode;
    else tx.create(Conversation, { room, agent, mode });
    // Doors that remember the members notice by the version.
    room.version += 1;
    return room;
  });
}

/** Says where mentions in a room are answered: in a thread of their own or in the room itself. */
export async function setReplyPlace(
  { em, directory }: Scope,
  roomKey: string,
  replyIn: Room["replyIn"],
): Promise<Room> {
  const room = await requireRoom({ em, directory }, roomKey);
  room.replyIn = replyIn;
  await em.flush();
  return room;
}

/** Console rooms are made on first use; those of platforms must have been spoken in. */
async function requireRoom({ em, directory }: Scope, key: string): Promise<Room> {
  if (parseRoomKey(key).platform === "console") await directory.room(key);
  const room = await em.findOne(Room, { key });
  if (room) return room;
  throw new AppError(
    "NOT_FOUND",
    `There is no room ${key} yet. Mention the bot in it once, then set it up.`,
  );
}
