import type { Channel, Guild, World } from "./world.ts";

/** The permission bits that the double looks at. */
const PERMISSIONS = {
  ADMINISTRATOR: 1n << 3n,
  MANAGE_CHANNELS: 1n << 4n,
  MANAGE_GUILD: 1n << 5n,
  ADD_REACTIONS: 1n << 6n,
  VIEW_CHANNEL: 1n << 10n,
  SEND_MESSAGES: 1n << 11n,
  MANAGE_MESSAGES: 1n << 13n,
  EMBED_LINKS: 1n << 14n,
  ATTACH_FILES: 1n << 15n,
  READ_MESSAGE_HISTORY: 1n << 16n,
  MENTION_EVERYONE: 1n << 17n,
  MANAGE_WEBHOOKS: 1n << 29n,
  USE_APPLICATION_COMMANDS: 1n << 31n,
  MANAGE_THREADS: 1n << 34n,
  CREATE_PUBLIC_THREADS: 1n << 35n,
  CREATE_PRIVATE_THREADS: 1n << 36n,
  SEND_MESSAGES_IN_THREADS: 1n << 38n,
} as const;

export type PermissionName = keyof typeof PERMISSIONS;

const EVERY_PERMISSION: bigint = Object.values(PERMISSIONS).reduce((all, bit) => all | bit);

/** What `@everyone` may do in a fresh guild. */
export const MEMBER_PERMISSIONS: bigint =
  EVERY_PERMISSION &
  ~toBits([
    "ADMINISTRATOR",
    "MANAGE_CHANNELS",
    "MANAGE_GUILD",
    "MANAGE_MESSAGES",
    "MENTION_EVERYONE",
    "MANAGE_WEBHOOKS",
  ]) &
  ~PERMISSIONS.MANAGE_THREADS;

export function toBits(names: readonly PermissionName[]): bigint {
  return names.reduce((bits, name) => bits | PERMISSIONS[name], 0n);
}

/** What a user may do in a channel, with roles and overwrites applied in Discord's documented order. */
export function permissionsIn(world: World, userId: string, channel: Channel): bigint {
  if (channel.guildId === undefined) {
    return channel.recipients.includes(userId) ? EVERY_PERMISSION : 0n;
  }
  const guild = world.guilds.get(channel.guildId);
  const base = guild ? basePermissions(guild, userId) : 0n;
  if (!guild || base === 0n || (base & PERMISSIONS.ADMINISTRATOR) !== 0n) return base;
  const owner =
    channel.thread && channel.parentId ? world.channels.get(channel.parentId) : undefined;
  return withOverwrites(base, guild, userId, owner ?? channel);
}

export function can(world: World, userId: string, channel: Channel, name: PermissionName): boolean {
  const held = permissionsIn(world, userId, channel);
  if ((held & PERMISSIONS.VIEW_CHANNEL) === 0n) return false;
  return (held & PERMISSIONS[name]) !== 0n;
}

/** What a member may do on the server, before any channel decides otherwise. */
export function basePermissions(guild: Guild, userId: string): bigint {
  const member = guild.members.get(userId);
  if (!member) return 0n;
  if (guild.ownerId === userId) return EVERY_PERMISSION;
  const bits = [guild.id, ...member.roles]
    .map((id) => BigInt(guild.roles.get(id)?.permissions ?? 0))
    .reduce((all, role) => all | role, 0n);
  return (bits & PERMISSIONS.ADMINISTRATOR) === 0n ? bits : EVERY_PERMISSION;
}

function withOverwrites(base: bigint, guild: Guild, userId: string, channel: Channel): bigint {
  const apply = (bits: bigint, ids: readonly string[]) => {
    const found = channel.overwrites.filter(({ id }) => ids.includes(id));
    const deny = found.reduce((all, overwrite) => all | BigInt(overwrite.deny), 0n);
    const allow = found.reduce((all, overwrite) => all | BigInt(overwrite.allow), 0n);
    return (bits & ~deny) | allow;
  };
  const everyone = apply(base, [guild.id]);
  const roles = apply(everyone, guild.members.get(userId)?.roles ?? []);
  return apply(roles, [userId]);
}
