import { toRoomKey } from "../../../rooms/room-key.ts";
import { DIRECT_WORKSPACE } from "../discord-platform.ts";

/** A place where messages are, as Discord tells it. */
export type DiscordPlace = {
  /** Absent in direct conversations. */
  guild?: string | undefined;
  channel: string;
  /** The channel that a thread belongs to. */
  parent?: string | undefined;
};

/** The room of a channel, of a thread, or of a direct conversation. */
export function roomOf({ guild, channel, parent }: DiscordPlace): string {
  const workspace = guild ?? DIRECT_WORKSPACE;
  if (parent === undefined) return toRoomKey({ platform: "discord", workspace, channel });
  return toRoomKey({ platform: "discord", workspace, channel: parent, thread: channel });
}

/** The room of the thread that begins at a message, whether it was begun already or not. */
export function threadRoomOf({ guild, channel }: DiscordPlace, message: string): string {
  return roomOf({ guild, channel: message, parent: channel });
}

/** Where a message may have been stored: the message that a thread begins at is in its room. */
export function roomsHolding(place: DiscordPlace, message: string): string[] {
  const isTop = place.guild !== undefined && place.parent === undefined;
  return isTop ? [roomOf(place), threadRoomOf(place, message)] : [roomOf(place)];
}
