import type { KnownRoom, RoomDirectory } from "./room-directory.ts";
import { parseRoomKey, toRoomKey } from "./room-key.ts";

/**
 * The room of a message that nobody is called by: one that is there, or a thread of a channel in which
 * an agent takes in what is said without being mentioned. Undefined where nobody would.
 */
export async function findWatched(
  directory: RoomDirectory,
  key: string,
): Promise<KnownRoom | undefined> {
  const { thread, ...place } = parseRoomKey(key);
  const known = directory.known(key);
  if (known || thread === undefined) return known ?? directory.find(key);
  const channelKey = toRoomKey(place);
  const found = await directory.read(channelKey, key);
  const above = found.find((room) => room.key === channelKey);
  const isHeard = above?.members.some(({ mode }) => mode === "always" || mode === "listen");
  return found.find((room) => room.key === key) ?? (isHeard ? directory.room(key) : undefined);
}
