import { AppError } from "../base/errors.ts";
import { PLATFORMS, type Platform } from "./workspaces/workspace.ts";

export type RoomKey = {
  platform: Platform;
  /** The platform's id of the workspace; console rooms have none. */
  workspace?: string;
  channel: string;
  thread?: string;
};

const PART = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,79}$/u;

/**
 * Reads `platform:channel[:thread]`; anything else is an `INVALID` error that shows the form. The
 * doors of Slack and Discord qualify a channel with its workspace, as in `slack:T024BE7LD.C061EG9T2`,
 * because a channel shared between two workspaces is a room of its own in each.
 */
export function parseRoomKey(key: string): RoomKey {
  const [platform, place, thread, ...rest] = key.split(":");
  const known = PLATFORMS.find((name) => name === platform);
  const parts = thread === undefined ? [place] : [place, thread];
  const wellFormed = parts.every((part) => part !== undefined && PART.test(part));
  const [channel, workspace] =
    known === "console" ? [place] : ((place ?? "").split(".").reverse() as [string, string?]);
  if (!known || rest.length > 0 || !wellFormed || !channel) {
    throw new AppError(
      "INVALID",
      `"${key.slice(0, 100)}" is no room. A room is named platform:channel or platform:channel:thread, ` +
        `for example console:lobby or slack:T024BE7LD.C061EG9T2; platforms are ${PLATFORMS.join(", ")}.`,
    );
  }
  return {
    platform: known,
    ...(workspace !== undefined && { workspace }),
    channel,
    ...(thread !== undefined && { thread }),
  };
}

/** The inverse of `parseRoomKey`. */
export function toRoomKey({ platform, workspace, channel, thread }: RoomKey): string {
  const place = workspace === undefined ? channel : `${workspace}.${channel}`;
  return [platform, place, ...(thread === undefined ? [] : [thread])].join(":");
}
