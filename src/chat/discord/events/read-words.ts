import type { APIMessage, Client } from "discord.js";
import type { MessageFile } from "../../../rooms/messages/message-file.ts";
import { fromDiscord } from "../../rich-text/from-discord.ts";
import { type Attached, toFiles } from "../api/discord-files.ts";
import { type DiscordMessage, isOwn, isToBot, nameOf } from "./read-message.ts";

/** What is said in a message, in one that is forwarded or in one that is replied to. */
type Words = Attached & Pick<APIMessage, "content" | "poll" | "sticker_items">;

const LONGEST_QUOTE = 2000;
const PERSON = /<@!?(\d+)>/g;

/**
 * What a message says, as Markdown with names; files, stickers and polls in words. What it forwards
 * belongs to it, and so does what it replies to where that is shown to the bot: nothing else may have
 * told of it. Blank where nothing.
 */
export function textOf(client: Client<true>, message: DiscordMessage): string {
  const forwarded = (message.message_snapshots ?? []).map(
    (snapshot) => `[forwarded: ${quote(wordsOf(client, message, snapshot.message))}]`,
  );
  const shown = shownBy(client, message);
  const lines = [wordsOf(client, message, message), ...forwarded];
  if (shown) {
    const name = nameOf(client, shown.author, { guildId: message.guild_id });
    lines.push(`[in reply to ${defuse(name)}: ${quote(wordsOf(client, message, shown))}]`);
  }
  return lines.filter((line) => line.trim() !== "").join("\n");
}

/**
 * What is said to agents: the message's own words without its mentions of people, of whom one may be
 * named like an agent. Absent where that is all of it.
 */
export function spokenIn(client: Client<true>, message: DiscordMessage): { spoken?: string } {
  const ownMention = `<@${client.user.id}>`;
  const content = message.content.replace(PERSON, (_mention, id: string) =>
    id === client.user.id ? ownMention : "",
  );
  const spoken = fromDiscord(content, namesIn(client, message));
  return spoken === textOf(client, message) ? {} : { spoken };
}

/** The files of all that a message says. */
export function filesOf(client: Client<true>, message: DiscordMessage): MessageFile[] {
  const forwarded = (message.message_snapshots ?? []).map((snapshot) => snapshot.message);
  const shown = shownBy(client, message);
  return [message, ...forwarded, ...(shown ? [shown] : [])].flatMap(toFiles);
}

/** The message of somebody else that this one asks the bot about by replying to it. */
function shownBy(client: Client<true>, message: DiscordMessage): APIMessage | undefined {
  const { referenced_message: shown } = message;
  if (!shown || isOwn(client, shown) || !isToBot(client, message)) return undefined;
  return shown;
}

function wordsOf(client: Client<true>, message: DiscordMessage, words: Words): string {
  const { content, attachments, poll, sticker_items: stickers = [] } = words;
  const files = attachments.map(({ filename }) => `[file: ${filename}]`);
  const drawn = stickers.map(({ name }) => `[sticker: ${name}]`);
  const lines = [fromDiscord(content, namesIn(client, message)), ...files, ...drawn];
  if (poll) {
    const answers = poll.answers.map(({ poll_media: { text = "" } }) => text).join(" / ");
    lines.push(`[poll: ${poll.question.text ?? ""} ${answers}]`);
  }
  return lines.filter((line) => line.trim() !== "").join("\n");
}

function namesIn(client: Client<true>, { guild_id: guildId, mentions }: DiscordMessage) {
  const guild = guildId === undefined ? undefined : client.guilds.cache.get(guildId);
  const ownRole = guild?.roles.botRoleFor(client.user);
  const users = mentions.map((user): [string, string] => [
    user.id,
    user.id === client.user.id ? toOneWord(user.username) : nameOf(client, user, { guildId }),
  ]);
  const roles = guild?.roles.cache.map((role): [string, string] => [
    role.id,
    role.id === ownRole?.id ? toOneWord(role.name) : role.name,
  ]);
  return {
    users: new Map(users),
    roles: new Map(roles),
    channels: new Map(guild?.channels.cache.map(({ id, name }) => [id, name])),
  };
}

/** So that the name of an agent may follow. */
function toOneWord(name: string): string {
  return name.replace(/\s+/g, "");
}

/** What others said earlier, without its being said to anybody now. */
function quote(text: string): string {
  const { length } = text;
  const cut = length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE).toWellFormed()} …` : text;
  return defuse(cut);
}

function defuse(text: string): string {
  return text.replaceAll("@", "@\u2060");
}
