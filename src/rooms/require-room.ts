import type { EntityManager } from "@mikro-orm/sql";
import { AppError } from "../base/errors.ts";
import type { RoomDirectory } from "./room-directory.ts";
import { parseRoomKey, type RoomKey } from "./room-key.ts";
import { Room } from "./room.ts";
import { Workspace } from "./workspace.ts";

const MOST_NAMED = 10;

/**
 * The room that an operator sets up, made where nobody has spoken in it yet. On a platform it has to be
 * in a workspace that has let the product in; any other is `NOT_FOUND`, with those that there are.
 */
export async function requireRoom(
  { em, directory }: { em: EntityManager; directory: RoomDirectory },
  key: string,
): Promise<Room> {
  const { platform, workspace } = parseRoomKey(key);
  if (platform !== "console") await requireWorkspace(em, platform, workspace ?? "");
  await directory.room(key);
  return em.findOneOrFail(Room, { key });
}

async function requireWorkspace(
  em: EntityManager,
  platform: RoomKey["platform"],
  externalId: string,
): Promise<void> {
  if ((await em.count(Workspace, { platform, externalId })) > 0) return;
  const named = { orderBy: { name: "asc" }, limit: MOST_NAMED } as const;
  const known = await em.find(Workspace, { platform, status: "active" }, named);
  const places = known.map(({ externalId: id, name }) => `${platform}:${id}.<channel> (${name})`);
  const among = places.length > 0 ? places.join(", ") : `none on ${platform}`;
  throw new AppError(
    "NOT_FOUND",
    `Troupe is in no workspace "${platform}:${externalId}". Rooms it can serve: ${among}.`,
  );
}
