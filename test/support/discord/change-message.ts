import type { WireAttachment, WireComponent, WireEmbed } from "./wire.ts";
import { emitInChannel, emitMessage } from "./emit.ts";
import { INTENTS } from "./intents.ts";
import type { AllowedMentions } from "./mentions.ts";
import { findMentions } from "./mentions.ts";
import { toApiMember, toEmoji, toTimestamp } from "./to-api.ts";
import type { Channel, StoredMessage, World } from "./world.ts";
import { requireGuild, requireUser } from "./world.ts";

export type Change = {
  content?: string | null | undefined;
  embeds?: WireEmbed[] | null | undefined;
  components?: WireComponent[] | null | undefined;
  attachments?: WireAttachment[] | undefined;
  allowed?: AllowedMentions | null | undefined;
  flags?: number | null | undefined;
};

/** Applies an edit and tells the bot. Fields left out stay; null empties. */
export function editMessage(world: World, message: StoredMessage, change: Change): void {
  const channel = world.channels.get(message.channelId);
  if (!channel) return;
  const { api } = message;
  if (change.content !== undefined) {
    const content = change.content ?? "";
    const found = findMentions(world, channel, {
      content,
      authorId: api.author.id,
      allowed: change.allowed,
    });
    api.content = content;
    api.mentions = found.users;
    api.mention_roles = found.roles;
    api.mention_everyone = found.everyone;
  }
  if (change.embeds !== undefined) api.embeds = change.embeds ?? [];
  if (change.components !== undefined) api.components = change.components ?? [];
  if (change.attachments) api.attachments = change.attachments;
  if (change.flags !== undefined) api.flags = change.flags ?? 0;
  api.edited_timestamp = toTimestamp(world.now());
  emitMessage(world, "MESSAGE_UPDATE", message);
}

/**
 * A link preview arriving after the message: a MESSAGE_UPDATE whose `edited_timestamp` stays as it
 * was, which people do not see as an edit.
 */
export function unfurlMessage(world: World, message: StoredMessage, embed: WireEmbed): void {
  message.api.embeds = [...message.api.embeds, embed];
  emitMessage(world, "MESSAGE_UPDATE", message);
}

/** Removes messages: one by MESSAGE_DELETE, several by MESSAGE_DELETE_BULK. */
export function removeMessages(world: World, channel: Channel, ids: string[], bulk = false): void {
  const found = ids.filter((id) => channel.messages.has(id));
  const ephemeral = found.some((id) => channel.messages.get(id)?.ephemeralFor !== undefined);
  for (const id of found) channel.messages.delete(id);
  const [first] = found;
  if (first === undefined) return;
  const d = bulk ? { ids: found, channel_id: channel.id } : { id: first, channel_id: channel.id };
  const t = bulk ? "MESSAGE_DELETE_BULK" : "MESSAGE_DELETE";
  if (ephemeral) world.emit({ t, d, guildId: undefined, intent: INTENTS.DIRECT_MESSAGES });
  else emitInChannel(world, channel, { t, d, family: "MESSAGES" });
}

/** Adds or takes back one person's reaction; doing it twice changes and tells nothing. */
export function setReaction(
  world: World,
  message: StoredMessage,
  input: { emoji: string; userId: string; present: boolean },
): void {
  const { emoji, userId, present } = input;
  const channel = world.channels.get(message.channelId);
  const users = message.reactions.get(emoji) ?? new Set();
  if (!channel || users.has(userId) === present) return;
  if (present) users.add(userId);
  else users.delete(userId);
  if (users.size > 0) message.reactions.set(emoji, users);
  else message.reactions.delete(emoji);
  emitInChannel(world, channel, {
    t: present ? "MESSAGE_REACTION_ADD" : "MESSAGE_REACTION_REMOVE",
    d: {
      user_id: userId,
      channel_id: channel.id,
      message_id: message.api.id,
      emoji: toEmoji(emoji),
      burst: false,
      type: 0,
      ...(present && { message_author_id: message.api.author.id }),
      ...(present && reactingMember(world, channel, userId)),
    },
    family: "MESSAGE_REACTIONS",
  });
}

/** Clears all reactions of a message, or those with one emoji, as a moderator does. */
export function clearReactions(world: World, message: StoredMessage, emoji?: string): void {
  const channel = world.channels.get(message.channelId);
  if (!channel) return;
  if (emoji === undefined) message.reactions.clear();
  else message.reactions.delete(emoji);
  emitInChannel(world, channel, {
    t: emoji === undefined ? "MESSAGE_REACTION_REMOVE_ALL" : "MESSAGE_REACTION_REMOVE_EMOJI",
    d: {
      channel_id: channel.id,
      message_id: message.api.id,
      ...(emoji !== undefined && { emoji: toEmoji(emoji) }),
    },
    family: "MESSAGE_REACTIONS",
  });
}

/** Shows that somebody types, for ten seconds or until they send. */
export function startTyping(world: World, channel: Channel, userId: string): void {
  world.typing.set(`${channel.id}:${userId}`, world.now() + 10_000);
  const d = {
    channel_id: channel.id,
    user_id: userId,
    timestamp: Math.floor(world.now() / 1000),
    ...reactingMember(world, channel, userId),
  };
  emitInChannel(world, channel, { t: "TYPING_START", d, family: "MESSAGE_TYPING" });
}

function reactingMember(world: World, channel: Channel, userId: string) {
  if (channel.guildId === undefined) return {};
  const member = requireGuild(world, channel.guildId).members.get(userId);
  return member ? { member: { ...toApiMember(member), user: requireUser(world, userId) } } : {};
}
