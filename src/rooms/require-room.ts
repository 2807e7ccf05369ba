import type { EntityManager } from "@mikro-orm/sql";
import { AppError } from "../base/errors.ts";
import type { RoomDirectory } from "./room-directory.ts";
import { parseRoomKey } from "./room-key.ts";
import { Room } from "./room.ts";
import { Workspace } from "./workspace.ts";

/**
 * The room that is to be set up: one of the console, or of a workspace that is known, is made where
 * nobody has spoken in it. Elsewhere it is `NOT_FOUND`.
 */
export async function requireRoom(
  { em, directory }: { em: EntityManager; directory: RoomDirectory },
  key: string,
): Promise<Room> {
  const { platform, workspace: externalId } = parseRoomKey(key);
  const room = await em.findOne(Room, { key });
  if (room) return room;
  const place = { platform, externalId: externalId ?? "" };
  if (platform !== "console" && (await em.count(Workspace, place)) === 0) {
    throw new AppError(
      "NOT_FOUND",
      `There is no room ${key}: its workspace is not connected. Room keys begin with the ` +
        "workspace's id, as in slack:T024BE7LD.C061EG9T2.",
    );
  }
  await directory.room(key);
  return em.findOneOrFail(Room, { key });
}
