import type {
  WireCommand,
  WireMessage,
  WireOverwrite,
  WireRole,
  WireUser,
  WireWebhook,
} from "./wire.ts";
import { ApiError } from "./api-error.ts";
import type { InteractionRecord } from "./interaction-record.ts";
import { createSnowflakes } from "./snowflake.ts";

export type Member = { nick: string | null; roles: string[]; joinedAt: string };

export type Guild = {
  id: string;
  name: string;
  ownerId: string;
  roles: Map<string, WireRole>;
  members: Map<string, Member>;
  /** The managed role that Discord makes for the bot; people mention it by mistake. */
  botRoleId: string;
  /** False during a Discord outage of this guild. */
  available: boolean;
};

type Thread = {
  ownerId: string;
  archived: boolean;
  locked: boolean;
  autoArchiveMinutes: 60 | 1440 | 4320 | 10080;
  createdAt: string;
  members: Set<string>;
};

/** Channel types of Discord: 0 text, 1 direct message, 11 public thread, 12 private thread. */
type ChannelKind = 0 | 1 | 2 | 5 | 10 | 11 | 12 | 15;

export type Channel = {
  id: string;
  type: ChannelKind;
  guildId: string | undefined;
  parentId: string | undefined;
  name: string;
  topic: string | null;
  overwrites: WireOverwrite[];
  /** Both sides of a direct message. */
  recipients: string[];
  thread: Thread | undefined;
  messages: Map<string, StoredMessage>;
  lastMessageId: string | null;
};

export type StoredMessage = {
  api: WireMessage;
  channelId: string;
  /** Emoji name (or `name:id`) to the users who reacted, in order. */
  reactions: Map<string, Set<string>>;
  /** The one person who sees it, for an ephemeral message. */
  ephemeralFor: string | undefined;
};

/** One gateway event, before a session's intents and shard decide whether it is sent. */
export type WorldEvent = {
  t: string;
  d: Record<string, unknown>;
  guildId: string | undefined;
  /** The intent bit that a session needs; 0 needs none. */
  intent: number;
};

export type World = ReturnType<typeof createWorld>;

/** All that a Discord of one application remembers. Only `emit` talks to the gateway. */
export function createWorld(options: {
  token: string;
  now: () => number;
  cdnUrl: () => string;
  /** Privileged intents switched on in the developer portal. */
  grantedIntents: number;
}) {
  const nextId = createSnowflakes(options.now);
  const listeners = new Set<(event: WorldEvent) => void>();
  const bot: WireUser = createUser(nextId(), "troupe", "Troupe", true);
  return {
    now: options.now,
    nextId,
    cdnUrl: options.cdnUrl,
    grantedIntents: options.grantedIntents,
    /** The valid bot token; undefined after it was revoked. */
    token: options.token as string | undefined,
    applicationId: bot.id,
    bot,
    dmsClosed: new Set<string>(),
    users: new Map<string, WireUser>([[bot.id, bot]]),
    guilds: new Map<string, Guild>(),
    channels: new Map<string, Channel>(),
    webhooks: new Map<string, WireWebhook & { token: string; channel_id: string }>(),
    /** Key `global` or a guild id. */
    commands: new Map<string, WireCommand[]>(),
    interactions: new Map<string, InteractionRecord>(),
    files: new Map<string, { data: Uint8Array; contentType: string }>(),
    /** Key channel and user, to the moment typing ends. */
    typing: new Map<string, number>(),
    nonces: new Map<string, { messageId: string; until: number }>(),
    listeners,
    emit(event: WorldEvent) {
      for (const listener of listeners) listener(event);
    },
  };
}

export function createUser(
  id: string,
  name: string,
  globalName: string | null,
  bot: boolean,
): WireUser {
  return {
    id,
    username: name,
    discriminator: bot ? "0001" : "0",
    global_name: bot ? null : globalName,
    avatar: null,
    public_flags: 0,
    flags: 0,
    primary_guild: null,
    ...(bot && { bot: true }),
  };
}

export function requireChannel(world: World, id: string): Channel {
  const channel = world.channels.get(id);
  if (!channel) throw new ApiError("unknownChannel");
  return channel;
}

export function requireGuild(world: World, id: string): Guild {
  const guild = world.guilds.get(id);
  if (!guild) throw new ApiError("unknownGuild");
  return guild;
}

export function requireUser(world: World, id: string): WireUser {
  const user = world.users.get(id);
  if (!user) throw new ApiError("unknownUser");
  return user;
}

/** A message that everybody in the channel sees; ephemeral ones do not exist for these routes. */
export function requireMessage(channel: Channel, id: string): StoredMessage {
  const message = channel.messages.get(id);
  if (!message || message.ephemeralFor !== undefined) throw new ApiError("unknownMessage");
  return message;
}
