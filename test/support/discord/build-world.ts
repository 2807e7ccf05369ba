import type { WireRole, WireUser } from "./wire.ts";
import { emitInChannel } from "./emit.ts";
import { INTENTS } from "./intents.ts";
import type { PermissionName } from "./permissions.ts";
import { MEMBER_PERMISSIONS, toBits } from "./permissions.ts";
import { toApiChannel, toApiMember, toGuildCreate, toTimestamp } from "./to-api.ts";
import type { Channel, Guild, World } from "./world.ts";
import { createUser, requireChannel, requireGuild, requireUser } from "./world.ts";

/** Makes a person, or another bot, and puts them into the given guilds. */
export function addUser(
  world: World,
  input: { name: string; globalName?: string; bot?: boolean; guilds?: string[] },
): WireUser {
  const id = world.nextId();
  const user: WireUser = createUser(id, input.name, input.globalName ?? null, input.bot ?? false);
  world.users.set(user.id, user);
  for (const guild of input.guilds ?? []) addMember(world, { guild, user: user.id });
  return user;
}

/** Makes a guild with the bot in it, its `@everyone` and bot roles, and the named text channels. */
export function addGuild(
  world: World,
  input: { name: string; owner?: string; channels?: string[]; botPermissions?: PermissionName[] },
): Guild {
  const id = world.nextId();
  const owner = input.owner ?? addUser(world, { name: "owner" }).id;
  const everyone = makeRole(id, "@everyone", MEMBER_PERMISSIONS);
  const bits = toBits(input.botPermissions ?? ["MANAGE_MESSAGES", "MANAGE_WEBHOOKS"]);
  const botRole = {
    ...makeRole(world.nextId(), "Troupe", bits),
    managed: true,
    tags: { bot_id: world.bot.id },
  };
  const joinedAt = toTimestamp(world.now());
  const guild: Guild = {
    id,
    name: input.name,
    ownerId: owner,
    roles: new Map<string, WireRole>([
      [id, everyone],
      [botRole.id, botRole],
    ]),
    members: new Map([
      [owner, { nick: null, roles: [], joinedAt }],
      [world.bot.id, { nick: null, roles: [botRole.id], joinedAt }],
    ]),
    botRoleId: botRole.id,
    available: true,
  };
  world.guilds.set(id, guild);
  for (const name of input.channels ?? []) world.channels.set(...newChannel(world, guild.id, name));
  announceGuild(world, guild);
  return guild;
}

/** Tells the bot that it is in a guild: on joining, on return, and after an outage. */
function announceGuild(world: World, guild: Guild): void {
  const d = toGuildCreate(world, guild);
  world.emit({ t: "GUILD_CREATE", d, guildId: guild.id, intent: INTENTS.GUILDS });
}

/** The bot is thrown out of a guild: its channels answer Missing Access from then on. */
export function kickBot(world: World, guildId: string): void {
  const guild = requireGuild(world, guildId);
  guild.members.delete(world.bot.id);
  world.emit({ t: "GUILD_DELETE", d: { id: guildId }, guildId, intent: INTENTS.GUILDS });
}

/** The bot is invited again. */
export function inviteBot(world: World, guildId: string): void {
  const guild = requireGuild(world, guildId);
  const joinedAt = toTimestamp(world.now());
  guild.members.set(world.bot.id, { nick: null, roles: [guild.botRoleId], joinedAt });
  announceGuild(world, guild);
}

/** An outage at Discord: the guild becomes unavailable without the bot having left it. */
export function setGuildAvailable(world: World, guildId: string, available: boolean): void {
  const guild = requireGuild(world, guildId);
  guild.available = available;
  if (available) return announceGuild(world, guild);
  const d = { id: guildId, unavailable: true };
  world.emit({ t: "GUILD_DELETE", d, guildId, intent: INTENTS.GUILDS });
}

const CHANNEL_TYPES = { text: 0, voice: 2, announcement: 5, forum: 15 } as const;

export function addChannel(
  world: World,
  input: { guild: string; name: string; kind?: keyof typeof CHANNEL_TYPES },
): Channel {
  const [id, channel] = newChannel(world, requireGuild(world, input.guild).id, input.name);
  channel.type = CHANNEL_TYPES[input.kind ?? "text"];
  world.channels.set(id, channel);
  const d = toApiChannel(world, channel);
  emitInChannel(world, channel, { t: "CHANNEL_CREATE", d, family: "GUILDS" });
  return channel;
}

/** The direct message channel between the bot and a person, made on first use and told to nobody. */
export function openDm(world: World, userId: string): Channel {
  requireUser(world, userId);
  const open = [...world.channels.values()].find(
    ({ type, recipients }) => type === 1 && recipients.includes(userId),
  );
  if (open) return open;
  const [id, channel] = newChannel(world, undefined, "");
  const dm: Channel = { ...channel, type: 1, recipients: [world.bot.id, userId] };
  world.channels.set(id, dm);
  return dm;
}

export function addMember(
  world: World,
  input: { guild: string; user: string; nick?: string; roles?: string[] },
): void {
  const guild = requireGuild(world, input.guild);
  const user = requireUser(world, input.user);
  const joinedAt = toTimestamp(world.now());
  const member = { nick: input.nick ?? null, roles: input.roles ?? [], joinedAt };
  guild.members.set(user.id, member);
  world.emit({
    t: "GUILD_MEMBER_ADD",
    d: { ...toApiMember(member), user, guild_id: guild.id },
    guildId: guild.id,
    intent: INTENTS.GUILD_MEMBERS,
  });
}

export function addRole(
  world: World,
  input: { guild: string; name: string; permissions?: PermissionName[] },
): WireRole {
  const guild = requireGuild(world, input.guild);
  const role = makeRole(world.nextId(), input.name, toBits(input.permissions ?? []));
  guild.roles.set(role.id, role);
  const d = { guild_id: guild.id, role };
  world.emit({ t: "GUILD_ROLE_CREATE", d, guildId: guild.id, intent: INTENTS.GUILDS });
  return role;
}

/** Sets what a role (its id; `@everyone` has the guild's) or a person may do in one channel. */
export function setOverwrite(
  world: World,
  input: { channel: string; id: string; allow?: PermissionName[]; deny?: PermissionName[] },
): void {
  const channel = requireChannel(world, input.channel);
  const overwrite = {
    id: input.id,
    type: world.users.has(input.id) ? (1 as const) : (0 as const),
    allow: toBits(input.allow ?? []).toString(),
    deny: toBits(input.deny ?? []).toString(),
  };
  channel.overwrites = [...channel.overwrites.filter(({ id }) => id !== input.id), overwrite];
  const d = toApiChannel(world, channel);
  const guildId = channel.guildId;
  world.emit({ t: "CHANNEL_UPDATE", d, guildId, intent: INTENTS.GUILDS });
}

function newChannel(world: World, guildId: string | undefined, name: string): [string, Channel] {
  const id = world.nextId();
  const channel: Channel = {
    id,
    type: 0,
    guildId,
    parentId: undefined,
    name,
    topic: null,
    overwrites: [],
    recipients: [],
    thread: undefined,
    messages: new Map(),
    lastMessageId: null,
  };
  return [id, channel];
}

function makeRole(id: string, name: string, permissions: bigint): WireRole {
  return {
    id,
    name,
    permissions: permissions.toString(),
    position: name === "@everyone" ? 0 : 1,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    managed: false,
    mentionable: false,
    icon: null,
    unicode_emoji: null,
    flags: 0,
  };
}
