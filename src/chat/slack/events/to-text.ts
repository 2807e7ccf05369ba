import type { Writer } from "../../../rooms/ingress.ts";
import { fromSlack } from "../../rich-text/from-slack.ts";
import type { PersonNames } from "./person-names.ts";
import { toFileName } from "../api/slack-files.ts";
import type { SlackContent } from "./slack-event.ts";
import type { SlackSelf } from "../api/slack-self.ts";

const MENTION = /<@([A-Z0-9]+)(?:\|[^>]*)?>/g;
const MOST_NAMES = 20;

/** A message as plain Markdown with names for ids, and a line for each file; and who wrote it. */
export async function toText(
  content: SlackContent,
  { self, names }: { self: SlackSelf; names: PersonNames },
): Promise<{ text: string; person: Writer }> {
  const { files, user, bot_id: botId } = content;
  const said = saidIn(content);
  const mentioned = Array.from(said.matchAll(MENTION), ([, id]) => id as string);
  const people = [...new Set(mentioned)].filter((id) => id !== self.userId).slice(0, MOST_NAMES);
  const users = await names([...(botId || !user ? [] : [user]), ...people]);
  const writerId = botId || user || "";
  const name = botId ? botName(content) : (users.get(writerId) ?? writerId);
  users.set(self.userId, self.name);
  const words = fromSlack(said, { users, channels: new Map(), groups: new Map() }).trimEnd();
  const lines = (files ?? []).map((file) => `[file: ${toFileName(file)}]`);
  const text = [words, ...lines].filter((part) => part !== "").join("\n");
  return { text, person: { externalId: writerId, name } };
}

/** Many bots put their words into attachments and leave the text empty. */
function saidIn({ text, bot_id: botId, attachments }: SlackContent): string {
  if (text?.trim() || !botId) return text ?? "";
  const parts = (attachments ?? []).map((part) => part.text || part.fallback || "");
  return parts.filter((part) => part !== "").join("\n");
}

function botName({ username, bot_profile: profile, bot_id: botId }: SlackContent): string {
  return username || profile?.name || botId || "";
}

/** Whether the app itself is mentioned, in the text or in the blocks that Slack's own clients send. */
export function mentionsApp({ text, blocks }: SlackContent, { userId }: SlackSelf): boolean {
  for (const [, id] of (text ?? "").matchAll(MENTION)) if (id === userId) return true;
  return blocks !== undefined && JSON.stringify(blocks).includes(`"user_id":"${userId}"`);
}
