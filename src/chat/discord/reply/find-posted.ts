import type { APIMessage } from "discord.js";
import type { DiscordApi } from "../api/discord-api.ts";
import { idTime, isSnowflake, newestId, toSnowflake } from "../events/snowflake.ts";

const CLOCK_SKEW_MS = 10_000;
const MOST_PAGES = 10;
const PAGE = 100;

/** Whether two texts are one message: Discord cuts white space at the ends. */
export function isSameText(one: string, other: string): boolean {
  return normalise(one) === normalise(other);
}

function normalise(text: string): string {
  return text.replace(/[\s\p{Cf}]+/gu, " ").trim();
}

/**
 * The bot's own messages since a delivery was opened, oldest first, for telling what of it is visible
 * after the minutes in which Discord remembers a nonce. Discord does not list nonces
 * (Rapptz/discord.py#2451), so that the caller goes by what the messages say: the parts of a finished
 * reply, or the draft with its agent's writing line. An agent answers one message at a time in a room,
 * and deliveries are opened one after the other, so that both belong to this delivery.
 */
export async function findPosted(
  api: DiscordApi,
  { channel, askedId, deliveryId }: { channel: string; askedId: string; deliveryId: string },
  isOwn: (message: APIMessage, self: string) => boolean = ({ author }, self) => author.id === self,
): Promise<APIMessage[]> {
  const self = await api.self();
  const openedAt = idTime(deliveryId);
  let after = newestId([
    isSnowflake(askedId) ? askedId : "0",
    openedAt === undefined ? "0" : toSnowflake(openedAt - CLOCK_SKEW_MS),
  ]);
  const found: APIMessage[] = [];
  for (let page = 0; page < MOST_PAGES; page++) {
    const messages = await api.listAfter(channel, after);
    found.push(...messages.filter((message) => isOwn(message, self)));
    const last = messages.at(-1);
    if (!last || messages.length < PAGE) break;
    after = last.id;
  }
  return found;
}
