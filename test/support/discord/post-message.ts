import type {
  APIAttachment,
  APIEmbed,
  APIMessage,
  APIMessageInteractionMetadata,
  APIMessageTopLevelComponent,
  APIUser,
  MessageFlags,
  MessageType,
} from "discord.js";
import { emitMessage } from "./emit.ts";
import type { AllowedMentions } from "./mentions.ts";
import { findMentions } from "./mentions.ts";
import { toApiMessage, toTimestamp } from "./to-api.ts";
import type { Channel, StoredMessage, World } from "./world.ts";

/** What a new message is made of, whoever sends it. */
export type Draft = {
  author: APIUser;
  content?: string;
  /** Message type of Discord: 0 default, 18 thread created, 19 reply, 20 slash command, 21 thread starter. */
  type?: number;
  flags?: number;
  embeds?: APIEmbed[];
  components?: APIMessageTopLevelComponent[];
  attachments?: APIAttachment[];
  allowed?: AllowedMentions | null;
  replyTo?: StoredMessage;
  /** The thread that a system message of type 18 announces. */
  announces?: Channel;
  nonce?: string | number;
  webhookId?: string;
  interaction?: APIMessageInteractionMetadata;
  ephemeralFor?: string;
  /** Its id, where Discord fixes it. */
  id?: string;
};

/** Stores a message, clears its author's typing sign and tells the bot. */
export function postMessage(world: World, channel: Channel, draft: Draft): StoredMessage {
  const message: StoredMessage = {
    api: toMessage(world, channel, draft),
    channelId: channel.id,
    reactions: new Map(),
    ephemeralFor: draft.ephemeralFor,
  };
  channel.messages.set(message.api.id, message);
  if (draft.ephemeralFor === undefined) channel.lastMessageId = message.api.id;
  channel.thread?.members.add(draft.author.id);
  world.typing.delete(`${channel.id}:${draft.author.id}`);
  emitMessage(world, "MESSAGE_CREATE", message);
  return message;
}

function toMessage(world: World, channel: Channel, draft: Draft): APIMessage {
  const { author, content = "", allowed, replyTo } = draft;
  const found = findMentions(world, channel, { content, authorId: author.id, allowed });
  const pingsReplied = replyTo !== undefined && (allowed ? allowed.replied_user === true : true);
  const replied = replyTo?.api.author;
  const users =
    pingsReplied && replied && !found.users.some(({ id }) => id === replied.id)
      ? [...found.users, replied]
      : found.users;
  return {
    id: draft.id ?? world.nextId(),
    channel_id: channel.id,
    type: (draft.type ?? (replyTo ? 19 : 0)) as MessageType.Default | MessageType.Reply,
    content,
    author,
    mentions: users,
    mention_roles: found.roles,
    mention_everyone: found.everyone,
    attachments: draft.attachments ?? [],
    embeds: draft.embeds ?? [],
    components: draft.components ?? [],
    timestamp: toTimestamp(world.now()),
    edited_timestamp: null,
    flags: (draft.flags ?? 0) as MessageFlags,
    pinned: false,
    tts: false,
    ...(draft.nonce !== undefined && { nonce: draft.nonce }),
    ...(draft.webhookId !== undefined && {
      webhook_id: draft.webhookId,
      application_id: world.applicationId,
    }),
    ...(draft.interaction && { interaction_metadata: draft.interaction }),
    ...(replyTo && toReference(world, channel, replyTo)),
    ...(draft.announces && {
      message_reference: { type: 0 as const, channel_id: draft.announces.id },
    }),
  };
}

function toReference(world: World, channel: Channel, replyTo: StoredMessage) {
  return {
    message_reference: {
      type: 0 as const,
      channel_id: replyTo.channelId,
      message_id: replyTo.api.id,
      ...(channel.guildId !== undefined && { guild_id: channel.guildId }),
    },
    referenced_message: toApiMessage(world, replyTo),
  };
}
