import { type APIMessage, type APIUser, type Client, MessageType } from "discord.js";

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
  message: DiscordMessage,
): "person" | "bot" | undefined {
  const { author, webhook_id: webhook, type } = message;
  const isWritten = type === MessageType.Default || type === MessageType.Reply;
  if (!isWritten || isOwn(client, message) || author.system === true) return undefined;
  return webhook !== undefined || author.bot === true ? "bot" : "person";
}

/** Whether the bot has written it, or an agent under a name of its own. */
export function isOwn(
  { user, application }: Client<true>,
  message: Pick<DiscordMessage, "application_id" | "author">,
): boolean {
  return message.author.id === user.id || message.application_id === application.id;
}

/** Whether it speaks to the bot: in private, by a mention, by the bot's own role, or as a reply. */
export function isToBot(client: Client<true>, message: DiscordMessage): boolean {
  const { guild_id: guildId, mentions, mention_roles: roles, referenced_message: said } = message;
  if (guildId === undefined) return true;
  const { id } = client.user;
  const role = client.guilds.cache.get(guildId)?.roles.botRoleFor(client.user);
  return (
    mentions.some((user) => user.id === id) ||
    (role ? roles.includes(role.id) : false) ||
    (said ? isOwn(client, said) : false)
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
