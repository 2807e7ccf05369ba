import type { Writer } from "../../../rooms/ingress.ts";
import { fromSlack } from "../../rich-text/from-slack.ts";
import { toFileName } from "../api/slack-files.ts";
import type { SlackSelf } from "../api/slack-self.ts";
import type { NameBook } from "./name-book.ts";
import type { SlackContent } from "./slack-event.ts";

const MENTION = /<@([A-Z0-9]+)(?:\|[^>]*)?>/g;
const CHANNEL = /<#([A-Z0-9]+)\|?>/g;
const MOST_NAMES = 20;

export type SlackWords = {
  text: string;
  /** The text without its mentions of people and what it forwards, where there is any. */
  spoken?: string;
  person: Writer;
};

/** A message as plain Markdown with names for ids, and a line for each file; and who wrote it. */
export async function toText(
  content: SlackContent,
  { self, names }: { self: SlackSelf; names: NameBook },
): Promise<SlackWords> {
  const said = saidIn(content);
  const writers = content.user && !content.bot_id ? [content.user] : [];
  const people = idsIn(said, MENTION).filter((id) => id !== self.userId);
  const [users, channels] = await Promise.all([
    names.people([...writers, ...people]),
    names.channels(idsIn(said, CHANNEL)),
  ]);
  const person = toWriter(content, users);
  users.set(self.userId, self.name);
  const lines = (content.files ?? []).map((file) => `[file: ${toFileName(file)}]`);
  const toWords = (text: string) => {
    const words = fromSlack(text, { users, channels, groups: new Map() }).trimEnd();
    return [words, ...lines].filter((part) => part !== "").join("\n");
  };
  const spoken = content.bot_id ? said : withoutPeople(content.text ?? "", self);
  return { text: toWords(said), ...(spoken !== said && { spoken: toWords(spoken) }), person };
}

/** Of people from other workspaces Slack tells nothing but what comes with their message. */
function toWriter(content: SlackContent, users: ReadonlyMap<string, string>): Writer {
  const { user, bot_id: botId, user_profile: profile } = content;
  if (botId) return { externalId: botId, name: botName(content) };
  const id = user ?? "";
  const guest = profile?.display_name || profile?.real_name;
  return { externalId: id, name: users.get(id) ?? (guest || id) };
}

function idsIn(text: string, mark: RegExp): string[] {
  const ids = Array.from(text.matchAll(mark), ([, id]) => id as string);
  return [...new Set(ids)].slice(0, MOST_NAMES);
}

function withoutPeople(said: string, { userId }: SlackSelf): string {
  return said.replace(MENTION, (whole, id: string) => (id === userId ? whole : ""));
}

/** Many bots put their words into attachments and leave the text empty; people forward what others said. */
function saidIn({ text, bot_id: botId, attachments }: SlackContent): string {
  const parts = attachments ?? [];
  if (botId) {
    if (text?.trim()) return text;
    return joinLines(parts.map((part) => part.text || part.fallback || ""));
  }
  return joinLines([text ?? "", ...parts.filter((part) => part.is_share).map(toForwarded)]);
}

function toForwarded({ text, fallback, author_name: author, author_id: id }: Attachment): string {
  const from = id ? `<@${id}${author ? `|${author}` : ""}>` : author || "somebody";
  const quoted = (text || fallback || "").replace(/^/gm, "&gt; ");
  return `Forwarded from ${from}:\n${quoted}`;
}

type Attachment = NonNullable<SlackContent["attachments"]>[number];

function joinLines(parts: string[]): string {
  return parts.filter((part) => part.trim() !== "").join("\n");
}

function botName({ username, bot_profile: profile, bot_id: botId }: SlackContent): string {
  return username || profile?.name || botId || "";
}

/** Whether the app itself is mentioned, in the text or in the blocks that Slack's own clients send. */
export function mentionsApp({ text, blocks }: SlackContent, { userId }: SlackSelf): boolean {
  for (const [, id] of (text ?? "").matchAll(MENTION)) if (id === userId) return true;
  return blocks != null && JSON.stringify(blocks).includes(`"user_id":"${userId}"`);
}
