import { AppError } from "../base/errors.ts";
import { PLATFORMS, type Platform } from "./workspace.ts";

export type RoomKey = { platform: Platform; channel: string; thread?: string };

const PART = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,79}$/u;

/** Reads `platform:channel[:thread]`; anything else is an `INVALID` error that shows the form. */
export function parseRoomKey(key: string): RoomKey {
  const [platform, channel, thread, ...rest] = key.split(":");
  const known = PLATFORMS.find((name) => name === platform);
  const parts = thread === undefined ? [channel] : [channel, thread];
  if (!known || rest.length > 0 || !parts.every((part) => part !== undefined && PART.test(part))) {
    throw new AppError(
      "INVALID",
      `"${key.slice(0, 100)}" is no room. A room is named platform:channel or platform:channel:thread, ` +
        `for example console:lobby; platforms are ${PLATFORMS.join(", ")}.`,
    );
  }
  return { platform: known, channel: channel as string, ...(thread !== undefined && { thread }) };
}
