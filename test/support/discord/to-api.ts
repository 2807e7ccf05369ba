import type { WireMessage, WireReaction } from "./wire.ts";
import { can } from "./permissions.ts";
import { toMillis } from "./snowflake.ts";
import type { Channel, Guild, Member, StoredMessage, World } from "./world.ts";
import { requireUser } from "./world.ts";

/** Discord's timestamps carry microseconds and an offset, not a `Z`. */
export function toTimestamp(millis: number): string {
  return new Date(millis).toISOString().replace(/Z$/, "000+00:00");
}

/** A guild member as in `GET /guilds/{id}/members/{id}`, without the user when it stands beside one. */
export function toApiMember(member: Member) {
  return {
    avatar: null,
    banner: null,
    communication_disabled_until: null,
    deaf: false,
    flags: 0,
    joined_at: member.joinedAt,
    mute: false,
    nick: member.nick,
    pending: false,
    premium_since: null,
    roles: member.roles,
  };
}

export function toApiMemberWithUser(world: World, guild: Guild, userId: string) {
  const member = guild.members.get(userId);
  return member && { ...toApiMember(member), user: requireUser(world, userId) };
}

export function toApiChannel(world: World, channel: Channel): Record<string, unknown> {
  if (channel.guildId === undefined) {
    const others = channel.recipients.filter((id) => id !== world.bot.id);
    return {
      id: channel.id,
      type: 1,
      flags: 0,
      last_message_id: channel.lastMessageId,
      recipients: others.map((id) => requireUser(world, id)),
    };
  }
  const common = {
    id: channel.id,
    type: channel.type,
    flags: 0,
    guild_id: channel.guildId,
    name: channel.name,
    parent_id: channel.parentId ?? null,
    last_message_id: channel.lastMessageId,
    rate_limit_per_user: 0,
  };
  if (channel.thread) return { ...common, ...threadFields(world, channel) };
  return {
    ...common,
    topic: channel.topic,
    nsfw: false,
    position: 0,
    permission_overwrites: channel.overwrites,
  };
}

function threadFields(world: World, channel: Channel) {
  const { thread } = channel;
  if (!thread) return {};
  const count = [...channel.messages.values()].filter(({ api }) => api.type !== 21).length;
  return {
    owner_id: thread.ownerId,
    message_count: count,
    total_message_sent: count,
    member_count: Math.min(thread.members.size, 50),
    thread_metadata: {
      archived: thread.archived,
      archive_timestamp: thread.createdAt,
      auto_archive_duration: thread.autoArchiveMinutes,
      locked: thread.locked,
      create_timestamp: thread.createdAt,
      ...(channel.type === 12 && { invitable: true }),
    },
    ...(thread.members.has(world.bot.id) && {
      member: toThreadMember(channel.id, world.bot.id, thread.createdAt),
    }),
  };
}

export function toThreadMember(threadId: string, userId: string, joinedAt: string) {
  return { id: threadId, user_id: userId, join_timestamp: joinedAt, flags: 1 };
}

/** A stored message with its reactions counted as the bot sees them. */
export function toApiMessage(world: World, message: StoredMessage): WireMessage {
  const reactions = [...message.reactions].map(([key, users]) => {
    const me = users.has(world.bot.id);
    return {
      emoji: toEmoji(key),
      count: users.size,
      count_details: { burst: 0, normal: users.size },
      burst_colors: [],
      me,
      me_burst: false,
    } satisfies WireReaction;
  });
  return { ...message.api, ...(reactions.length > 0 && { reactions }) };
}

/** `name:id` of a custom emoji, or the Unicode emoji itself. */
export function toEmoji(key: string): { id: string | null; name: string } {
  const custom = /^(?:a:)?(\w+):(\d+)$/.exec(key);
  return custom?.[1] && custom[2] ? { name: custom[1], id: custom[2] } : { name: key, id: null };
}

/** The guild object of `GET /guilds/{id}`. */
export function toApiGuild(guild: Guild): Record<string, unknown> {
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    splash: null,
    discovery_splash: null,
    banner: null,
    description: null,
    owner_id: guild.ownerId,
    region: "deprecated",
    afk_channel_id: null,
    afk_timeout: 300,
    verification_level: 1,
    default_message_notifications: 1,
    explicit_content_filter: 2,
    roles: [...guild.roles.values()],
    emojis: [],
    stickers: [],
    features: [],
    mfa_level: 0,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    public_updates_channel_id: null,
    safety_alerts_channel_id: null,
    vanity_url_code: null,
    premium_tier: 0,
    premium_subscription_count: 0,
    preferred_locale: "en-US",
    nsfw_level: 0,
    premium_progress_bar_enabled: false,
    home_header: null,
    widget_enabled: false,
    widget_channel_id: null,
    max_presences: null,
    max_stage_video_channel_users: 50,
    max_video_channel_users: 25,
    nsfw: false,
    max_members: 25_000_000,
    incidents_data: null,
  };
}

/**
 * The payload of GUILD_CREATE. A bot is told of all channels, also of those it may not view, and of
 * the active threads it may view; without the members intent only the bot itself is a member.
 */
export function toGuildCreate(world: World, guild: Guild): Record<string, unknown> {
  const channels = [...world.channels.values()].filter(({ guildId }) => guildId === guild.id);
  const threads = channels.filter(
    (channel) =>
      channel.thread &&
      !channel.thread.archived &&
      can(world, world.bot.id, channel, "VIEW_CHANNEL"),
  );
  const self = guild.members.get(world.bot.id);
  return {
    ...toApiGuild(guild),
    joined_at: self?.joinedAt ?? toTimestamp(toMillis(guild.id)),
    large: guild.members.size > 50,
    unavailable: false,
    member_count: guild.members.size,
    members: [toApiMemberWithUser(world, guild, world.bot.id)],
    channels: channels
      .filter(({ thread }) => !thread)
      .map((channel) => toApiChannel(world, channel)),
    threads: threads.map((channel) => toApiChannel(world, channel)),
    voice_states: [],
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}
