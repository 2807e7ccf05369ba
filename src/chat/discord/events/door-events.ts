import { ChannelType, type Client } from "discord.js";
import { AppError } from "../../../base/errors.ts";
import type { Ingress } from "../../../rooms/platform/ingress.ts";
import { toDiscordError } from "../api/discord-error.ts";
import type { Event } from "./parse-event.ts";
import { type DiscordMessage, isToBot, nameOf, writerOf } from "./read-message.ts";
import { filesOf, spokenIn, textOf } from "./read-words.ts";
import {
  createPersonaCheck,
  isOnOwnAnswer,
  type ReactionEvent,
  reactorOf,
  verdictOf,
} from "./read-reaction.ts";
import { type DiscordPlace, roomOf, roomsHolding, threadRoomOf } from "./room-of.ts";

const LATE_MS = 10 * 60_000;

type At = { channel_id: string; guild_id?: string | undefined };

/** What each event of Discord means to the rooms. Each may be repeated. */
export function createDoorEvents(ingress: Ingress) {
  const isPersona = createPersonaCheck();

  async function receive(client: Client<true>, message: DiscordMessage): Promise<void> {
    const { id: externalId, author, member, guild_id: guildId } = message;
    const writer = writerOf(client, message);
    if (!writer) return;
    const text = textOf(client, message);
    if (text.trim() === "") return;
    const place = await placeOf(client, message);
    const toBot = isToBot(client, message);
    const ownThread = toBot ? ownThreadOf(client, place, externalId) : undefined;
    const person = { externalId: author.id, name: nameOf(client, author, { guildId, member }) };
    const files = filesOf(client, message);
    const more = {
      ...(files.length > 0 && { files }),
      ...(writer === "bot" ? { fromBot: true } : spokenIn(client, message)),
      ...(ownThread !== undefined && { ownThread }),
    };
    await ingress.message({ roomKey: roomOf(place), person, text, externalId, toBot, ...more });
  }

  return {
    message: receive,

    /**
     * An edit may speak to the bot only now, and is received once more: whoever was asked before is not
     * asked again. A preview of a link comes as an update too, of a message that nobody edited.
     */
    async edited(client: Client<true>, message: DiscordMessage): Promise<void> {
      const writer = writerOf(client, message);
      const { id: externalId } = message;
      if (!writer || !message.edited_timestamp) return;
      const [text, files] = [textOf(client, message), filesOf(client, message)];
      const edited = { text, files, at: toTime(message.edited_timestamp) };
      const place = await placeOf(client, message);
      let isKnown = false;
      for (const roomKey of roomsHolding(place, externalId)) {
        isKnown = (await ingress.edited({ roomKey, externalId }, edited)) || isKnown;
      }
      const isNews = place.guild === undefined ? !isKnown && isLate(message) : true;
      if (writer === "person" && isNews && isToBot(client, message)) {
        await receive(client, message);
      }
    },

    async deleted(client: Client<true>, at: At, messages: readonly string[]): Promise<void> {
      const place = await placeOf(client, at);
      for (const externalId of messages) {
        for (const roomKey of roomsHolding(place, externalId)) {
          await ingress.deleted({ roomKey, externalId });
        }
      }
    },

    async reaction(client: Client<true>, event: ReactionEvent, added: boolean): Promise<void> {
      const verdict = verdictOf(event);
      if (!verdict || !(await isOnOwnAnswer(client, event, isPersona))) return;
      const roomKey = roomOf(await placeOf(client, event));
      const person = await reactorOf(client, event);
      await ingress.reaction({ roomKey, externalId: event.message_id }, { person, verdict, added });
    },

    async cleared(client: Client<true>, event: Event<"cleared">): Promise<void> {
      const { emoji, message_id: externalId } = event;
      const verdict = emoji && verdictOf({ emoji });
      if (emoji && !verdict) return;
      const roomKey = roomOf(await placeOf(client, event));
      await ingress.cleared({ roomKey, externalId }, verdict);
    },
  };
}

function toTime(timestamp: string): string | undefined {
  return Number.isNaN(Date.parse(timestamp)) ? undefined : new Date(timestamp).toISOString();
}

/** Edited so soon that Discord may tell of it before it tells of the message. */
function isLate({ timestamp, edited_timestamp: at }: DiscordMessage): boolean {
  return Date.parse(at ?? "") - Date.parse(timestamp) < LATE_MS;
}

/** A mention in a channel is answered in a thread of its own, unless the channel wants otherwise. */
function ownThreadOf(
  client: Client<true>,
  place: DiscordPlace,
  message: string,
): string | undefined {
  if (place.guild === undefined || place.parent !== undefined) return undefined;
  const type = client.channels.cache.get(place.channel)?.type;
  const isThreaded = type === ChannelType.GuildText || type === ChannelType.GuildAnnouncement;
  return isThreaded ? threadRoomOf(place, message) : undefined;
}

/** Where something happened; `UNAVAILABLE` while Discord has not told of the server yet. */
export async function placeOf(client: Client<true>, at: At): Promise<DiscordPlace> {
  const { channel_id: channel, guild_id: guild } = at;
  if (guild === undefined) return { channel };
  if (!client.guilds.cache.has(guild)) {
    throw new AppError("UNAVAILABLE", "Discord has not told of this server yet.");
  }
  try {
    const found = client.channels.cache.get(channel) ?? (await client.channels.fetch(channel));
    return {
      guild,
      channel,
      parent: found?.isThread() ? (found.parentId ?? undefined) : undefined,
    };
  } catch (error) {
    throw toDiscordError(error, "View Channel");
  }
}
