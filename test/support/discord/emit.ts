import { INTENTS } from "./intents.ts";
import { can } from "./permissions.ts";
import { toApiMember, toApiMessage } from "./to-api.ts";
import type { Channel, StoredMessage, World } from "./world.ts";
import { requireGuild } from "./world.ts";

type EventFamily = "MESSAGES" | "MESSAGE_REACTIONS" | "MESSAGE_TYPING";

/** Emits an event of a channel to the bot, unless the bot may not view that channel. */
export function emitInChannel(
  world: World,
  channel: Channel,
  event: { t: string; d: Record<string, unknown>; family: EventFamily | "GUILDS" },
): void {
  if (!can(world, world.bot.id, channel, "VIEW_CHANNEL")) return;
  const { t, d, family } = event;
  const { guildId } = channel;
  world.emit({
    t,
    d: guildId === undefined ? d : { ...d, guild_id: guildId },
    guildId,
    intent: family === "GUILDS" ? INTENTS.GUILDS : familyIntent(family, guildId !== undefined),
  });
}

function familyIntent(family: EventFamily, inGuild: boolean): number {
  const guild = {
    MESSAGES: INTENTS.GUILD_MESSAGES,
    MESSAGE_REACTIONS: INTENTS.GUILD_MESSAGE_REACTIONS,
    MESSAGE_TYPING: INTENTS.GUILD_MESSAGE_TYPING,
  };
  const direct = {
    MESSAGES: INTENTS.DIRECT_MESSAGES,
    MESSAGE_REACTIONS: INTENTS.DIRECT_MESSAGE_REACTIONS,
    MESSAGE_TYPING: INTENTS.DIRECT_MESSAGE_TYPING,
  };
  return (inGuild ? guild : direct)[family];
}

/**
 * MESSAGE_CREATE or MESSAGE_UPDATE as Discord sends them: the message, its guild, the author's
 * member and the members of those mentioned. An ephemeral message arrives without `guild_id` and
 * under the intent of direct messages, even in a guild (discord/discord-api-docs #4557, open).
 */
export function emitMessage(
  world: World,
  t: "MESSAGE_CREATE" | "MESSAGE_UPDATE",
  message: StoredMessage,
): void {
  const channel = world.channels.get(message.channelId);
  if (!channel) return;
  const api = toApiMessage(world, message);
  if (message.ephemeralFor !== undefined) {
    const d = { ...api, channel_type: channel.type };
    world.emit({ t, d, guildId: undefined, intent: INTENTS.DIRECT_MESSAGES });
    return;
  }
  emitInChannel(world, channel, {
    t,
    d: { ...api, ...memberFields(world, channel, message), channel_type: channel.type },
    family: "MESSAGES",
  });
}

function memberFields(world: World, channel: Channel, { api }: StoredMessage) {
  if (channel.guildId === undefined) return {};
  const { members } = requireGuild(world, channel.guildId);
  const author = api.webhook_id === undefined ? members.get(api.author.id) : undefined;
  return {
    ...(author && { member: toApiMember(author) }),
    mentions: api.mentions.map((user) => {
      const member = members.get(user.id);
      return { ...user, ...(member && { member: toApiMember(member) }) };
    }),
  };
}
