import { type APIMessage, type Client, Routes } from "discord.js";
import type { Ingress } from "../../../rooms/platform/ingress.ts";
import { toDiscordError } from "../api/discord-error.ts";
import type { EventLanes } from "./event-lanes.ts";
import { parseEvent } from "./parse-event.ts";
import type { DiscordMessage } from "./read-message.ts";
import { type DiscordPlace, roomOf } from "./room-of.ts";
import { newestId, toSnowflake } from "./snowflake.ts";

type Scope = {
  ingress: Ingress;
  lanes: EventLanes;
  /** The newest message that this process took in, by channel. */
  seen: ReadonlyMap<string, string>;
  /** Direct conversations that this process heard of, the latest last: Discord lists them to no bot. */
  direct: ReadonlySet<string>;
  handle: (client: Client<true>, message: DiscordMessage) => Promise<void>;
};

/** An older question is not answered any more: whoever asked has gone on. */
const ANSWERED_WITHIN_MS = 15 * 60_000;
const MOST_CHANNELS = 200;
const MOST_DIRECT = 50;
const MOST_PAGES = 5;
const PAGE = 100;

/**
 * Takes in the messages that came while nobody listened: of the last 15 minutes, in the 200 channels
 * and threads that were active last. What was taken in before changes nothing. Each channel's
 * messages go before what it hears from now on.
 */
export function fillGaps(
  { ingress, lanes, seen, direct, handle }: Scope,
  client: Client<true>,
): void {
  const since = toSnowflake(Date.now() - ANSWERED_WITHIN_MS);
  const missed = findActive(client, since).filter(({ place, lastId }) => {
    const known = seen.get(place.channel);
    return known === undefined || newestId([known, lastId]) !== known;
  });
  const conversations = [...direct]
    .slice(-MOST_DIRECT)
    .map((channel): DiscordPlace => ({ channel }));
  for (const place of [...missed.map(({ place }) => place), ...conversations]) {
    lanes.push(place.parent ?? place.channel, async () => {
      const newest = (await ingress.newestSeen(roomOf(place))) ?? "0";
      let after = newestId([newest, since]);
      for (let page = 0; page < MOST_PAGES; page++) {
        const messages = await listAfter(client, place.channel, after);
        for (const message of messages) {
          const parsed = parseEvent("message", { ...message, guild_id: place.guild });
          if (parsed) await handle(client, parsed);
        }
        after = messages.at(-1)?.id ?? after;
        if (messages.length < PAGE) return;
      }
    });
  }
}

/** The channels active last of those that may be read; a channel stands before its threads. */
function findActive(client: Client<true>, since: string) {
  const active: { place: DiscordPlace; lastId: string }[] = [];
  for (const channel of client.channels.cache.values()) {
    if (!channel.isTextBased() || channel.isDMBased() || !channel.viewable) continue;
    const lastId = channel.lastMessageId ?? "0";
    if (newestId([lastId, since]) === since) continue;
    const parent = channel.isThread() ? (channel.parentId ?? undefined) : undefined;
    active.push({ place: { guild: channel.guildId, channel: channel.id, parent }, lastId });
  }
  active.sort((a, b) => Number(BigInt(b.lastId) - BigInt(a.lastId)));
  const latest = active.slice(0, MOST_CHANNELS);
  return latest.sort((a, b) => Number(BigInt(a.place.channel) - BigInt(b.place.channel)));
}

async function listAfter(client: Client, channel: string, after: string): Promise<APIMessage[]> {
  const query = new URLSearchParams({ after, limit: String(PAGE) });
  try {
    const page = await client.rest.get(Routes.channelMessages(channel), { query });
    return (page as APIMessage[]).toReversed();
  } catch (error) {
    throw toDiscordError(error, "Read Message History");
  }
}
