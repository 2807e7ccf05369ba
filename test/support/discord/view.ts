import type { WireAttachment, WireEmbed, WireMessage } from "./wire.ts";
import type { InteractionRecord, ShownModal } from "./interaction-record.ts";
import { compareIds } from "./snowflake.ts";
import type { StoredMessage, World } from "./world.ts";
import { requireChannel } from "./world.ts";

/** A message as it stands on somebody's screen now. */
export type VisibleMessage = {
  id: string;
  /** Webhook name, nickname, display name or user name, whichever Discord shows. */
  author: string;
  authorId: string;
  content: string;
  edited: boolean;
  /** "… is thinking". */
  thinking: boolean;
  /** "Only you can see this". */
  ephemeral: boolean;
  viaWebhook: boolean;
  /** A line by Discord itself, such as "started a thread". */
  system: boolean;
  attachments: WireAttachment[];
  embeds: WireEmbed[];
  components: WireMessage["components"];
  /** Emoji to user ids. */
  reactions: Record<string, string[]>;
  replyTo: string | undefined;
  /** Users whose phone rings. */
  pinged: string[];
  pingedEveryone: boolean;
};

/** What a person sees in a channel, oldest first. `as` also sees the ephemeral messages meant for them. */
export function visibleMessages(
  world: World,
  input: { channel: string; as?: string },
): VisibleMessage[] {
  return [...requireChannel(world, input.channel).messages.values()]
    .filter(({ ephemeralFor }) => ephemeralFor === undefined || ephemeralFor === input.as)
    .toSorted((a, b) => compareIds(a.api.id, b.api.id))
    .map((message) => toVisible(world, message));
}

/** Ids of those who are shown typing now. */
export function typingIn(world: World, input: { channel: string }): string[] {
  return [...world.typing]
    .filter(([key, until]) => key.startsWith(`${input.channel}:`) && until > world.now())
    .map(([key]) => key.split(":")[1] ?? "");
}

/** What the person who clicked sees of an interaction. */
export type InteractionView = {
  id: string;
  /** Callback type of the first answer: 4 message, 5 deferred, 6 and 7 on the source, 8 choices, 9 modal. */
  answeredWith: number | undefined;
  answeredAfterMs: number | undefined;
  /** "The application did not respond". */
  failed: boolean;
  thinking: boolean;
  ephemeral: boolean;
  original: VisibleMessage | undefined;
  followUps: VisibleMessage[];
  choices: { name: string; value: string | number }[] | undefined;
  modal: ShownModal | undefined;
  /** Codes of refused answers. */
  refusals: number[];
};

export function viewInteraction(world: World, record: InteractionRecord): InteractionView {
  const messages = world.channels.get(record.channelId)?.messages;
  const show = (id: string | undefined) => {
    const found = id === undefined ? undefined : messages?.get(id);
    return found && toVisible(world, found);
  };
  const original = show(record.originalId);
  const { callback } = record;
  return {
    id: record.id,
    answeredWith: callback?.type,
    answeredAfterMs: callback && callback.at - record.createdAt,
    failed: callback === undefined && world.now() > record.answerBy,
    thinking: original?.thinking ?? false,
    ephemeral: original?.ephemeral ?? false,
    original,
    followUps: record.followupIds.flatMap((id) => show(id) ?? []),
    choices: record.choices?.map(({ name, value }) => ({ name, value })),
    modal: record.modal,
    refusals: [...record.refusals],
  };
}

function toVisible(world: World, message: StoredMessage): VisibleMessage {
  const { api } = message;
  const flags = api.flags ?? 0;
  return {
    id: api.id,
    author: displayName(world, message),
    authorId: api.author.id,
    content: api.content,
    edited: api.edited_timestamp !== null && api.type !== 20,
    thinking: (flags & 128) !== 0,
    ephemeral: message.ephemeralFor !== undefined,
    viaWebhook: api.webhook_id !== undefined && api.webhook_id !== world.applicationId,
    system: ![0, 19, 20].includes(api.type),
    attachments: api.attachments,
    embeds: api.embeds,
    components: api.components,
    reactions: Object.fromEntries(
      [...message.reactions].map(([emoji, users]) => [emoji, [...users]]),
    ),
    replyTo: api.message_reference?.message_id,
    pinged: api.mentions.map(({ id }) => id),
    pingedEveryone: api.mention_everyone,
  };
}

function displayName(world: World, { api, channelId }: StoredMessage): string {
  const guildId = world.channels.get(channelId)?.guildId;
  const member =
    guildId === undefined || api.webhook_id !== undefined
      ? undefined
      : world.guilds.get(guildId)?.members.get(api.author.id);
  return member?.nick ?? api.author.global_name ?? api.author.username;
}
