import { type APIMessage, type APIUser, type Client, MessageType } from "discord.js";
import { fromDiscord } from "../../rich-text/from-discord.ts";

type Nicknamed = { member?: { nick?: string | null | undefined } | undefined };

/** A message of the gateway; one read by REST has neither server nor members. */
export type DiscordMessage = Omit<APIMessage, "mentions"> & {
  guild_id?: string | undefined;
  mentions: (APIUser & Nicknamed)[];
} & Nicknamed;

/**
 * Who wrote it: a person or another bot, with webhooks among the bots. Undefined for the product's own
 * messages, those under an agent's name included, and for lines by Discord itself.
 */
export function writerOf(
  client: Client<true>,
  { author, webhook_id: webhook, application_id: application, type }: DiscordMessage,
): "person" | "bot" | undefined {
  const { user } = client;
  const isWritten = type === MessageType.Default || type === MessageType.Reply;
  const isOwn = author.id === user.id || application === client.application.id;
  if (!isWritten || isOwn || author.system === true) return undefined;
  return webhook !== undefined || author.bot === true ? "bot" : "person";
}

/** Whether it speaks to the bot: in private, by a mention, by the bot's own role, or as a reply. */
export function isToBot(client: Client<true>, message: DiscordMessage): boolean {
  const { guild_id: guildId, mentions, mention_roles: roles } = message;
  if (guildId === undefined) return true;
  const { id } = client.user;
  const role = client.guilds.cache.get(guildId)?.roles.botRoleFor(client.user);
  return (
    mentions.some((user) => user.id === id) ||
    (role ? roles.includes(role.id) : false) ||
    message.referenced_message?.author.id === id ||
    message.referenced_message?.application_id === client.application.id
  );
}

/** The server's name for a person, else their own. */
export function nameOf(
  client: Client,
  user: APIUser & Nicknamed,
  { guildId, member = user.member }: { guildId?: string | undefined } & Nicknamed,
): string {
  const known = guildId === undefined ? undefined : client.guilds.cache.get(guildId);
  const nick = member ? member.nick : known?.members.cache.get(user.id)?.nickname;
  return nick ?? user.global_name ?? user.username;
}

/** What a message says, as Markdown with names; files and stickers by name. Blank where nothing. */
export function textOf(client: Client<true>, message: DiscordMessage): string {
  const { content, mentions, attachments, sticker_items: stickers = [] } = message;
  const guildId = message.guild_id;
  const guild = guildId === undefined ? undefined : client.guilds.cache.get(guildId);
  const users = mentions.map((user): [string, string] => [
    user.id,
    // One word, so that the name of an agent may follow.
    user.id === client.user.id
      ? user.username.replace(/\s+/g, "")
      : nameOf(client, user, { guildId }),
  ]);
  const text = fromDiscord(content, {
    users: new Map(users),
    roles: new Map(guild?.roles.cache.map(({ id, name }) => [id, name])),
    channels: new Map(guild?.channels.cache.map(({ id, name }) => [id, name])),
  });
  const files = attachments.map(({ filename }) => `[file: ${filename}]`);
  const drawn = stickers.map(({ name }) => `[sticker: ${name}]`);
  return [text, ...files, ...drawn].filter((line) => line.trim() !== "").join("\n");
}
