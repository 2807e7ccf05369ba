import type {
  WireAttachment,
  WireComponent,
  WireEmbed,
  WireInteractionMetadata,
  WireMessage,
  WireUser,
} from "./wire.ts";
import { emitMessage } from "./emit.ts";
import type { AllowedMentions } from "./mentions.ts";
import { findMentions } from "./mentions.ts";
import { toApiMessage, toTimestamp } from "./to-api.ts";
import type { Channel, StoredMessage, World } from "./world.ts";

/** What a new message is made of, whoever sends it. */
export type Draft = {
  author: WireUser;
  content?: string;
  /** Message type of Discord: 0 default, 18 thread created, 19 reply, 20 slash command, 21 thread starter. */
  type?: number;
  flags?: number;
  embeds?: WireEmbed[];
  components?: WireComponent[];
  attachments?: WireAttachment[];
  allowed?: AllowedMentions | null;
  replyTo?: StoredMessage;
  /** The thread that a system message of type 18 announces. */
  announces?: Channel;
  nonce?: string | number;
  webhookId?: string;
  interaction?: WireInteractionMetadata;
  ephemeralFor?: string;
  /** Its id, where Discord fixes it. */
  id?: string;
};

const BLANK = { edited_timestamp: null, pinned: false, tts: false };

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

function toMessage(world: World, channel: Channel, draft: Draft): WireMessage {
  const mentions = toMentions(world, channel, draft);
  return {
    ...BLANK,
    ...mentions,
    id: draft.id ?? world.nextId(),
    channel_id: channel.id,
    type: draft.type ?? (draft.replyTo ? 19 : 0),
    author: draft.author,
    timestamp: toTimestamp(world.now()),
    ...toContents(draft),
    ...toOrigin(world, draft),
    ...(draft.replyTo && toReference(world, channel, draft.replyTo)),
    ...(draft.announces && { message_reference: { type: 0, channel_id: draft.announces.id } }),
  };
}

function toContents(draft: Draft) {
  const { content = "", attachments = [], embeds = [], components = [], flags = 0 } = draft;
  return { content, attachments, embeds, components, flags };
}

function toOrigin(world: World, { nonce, webhookId, interaction }: Draft) {
  return {
    ...(nonce !== undefined && { nonce }),
    ...(webhookId !== undefined && {
      webhook_id: webhookId,
      application_id: world.applicationId,
    }),
    ...(interaction && { interaction_metadata: interaction }),
  };
}

/** Who is pinged, the author of the replied-to message among them unless that is switched off. */
function toMentions(world: World, channel: Channel, draft: Draft) {
  const { author, content = "", allowed, replyTo } = draft;
  const found = findMentions(world, channel, { content, authorId: author.id, allowed });
  const replied = !allowed || allowed.replied_user ? replyTo?.api.author : undefined;
  const known = replied && found.users.some(({ id }) => id === replied.id);
  return {
    mentions: replied && !known ? [...found.users, replied] : found.users,
    mention_roles: found.roles,
    mention_everyone: found.everyone,
  };
}

function toReference(world: World, channel: Channel, replyTo: StoredMessage) {
  return {
    message_reference: {
      type: 0,
      channel_id: replyTo.channelId,
      message_id: replyTo.api.id,
      ...(channel.guildId !== undefined && { guild_id: channel.guildId }),
    },
    referenced_message: toApiMessage(world, replyTo),
  };
}
