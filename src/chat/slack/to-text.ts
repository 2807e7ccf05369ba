import { fromSlack } from "../rich-text/from-slack.ts";
import type { PersonNames } from "./person-names.ts";
import type { SlackContent } from "./slack-event.ts";
import type { SlackSelf } from "./slack-self.ts";

const MENTION = /<@([A-Z0-9]+)(?:\|[^>]*)?>/g;
const MOST_NAMES = 20;
const LONGEST_FILE_NAME = 200;

/** A message as plain Markdown with names for ids, and a line for each file; and who wrote it. */
export async function toText(
  { text, files, user }: SlackContent,
  { self, names }: { self: SlackSelf; names: PersonNames },
): Promise<{ text: string; writer: string }> {
  const mentioned = Array.from((text ?? "").matchAll(MENTION), ([, id]) => id as string);
  const writerId = user ?? "";
  const people = [...new Set(mentioned)].filter((id) => id !== self.userId).slice(0, MOST_NAMES);
  const users = await names([writerId, ...people]);
  const writer = users.get(writerId) ?? writerId;
  users.set(self.userId, self.name);
  const words = fromSlack(text ?? "", { users, channels: new Map(), groups: new Map() }).trimEnd();
  const lines = (files ?? []).map((file) => `[file: ${toFileName(file)}]`);
  return { text: [words, ...lines].filter((part) => part !== "").join("\n"), writer };
}

/** Whether the app itself is mentioned, in the text or in the blocks that Slack's own clients send. */
export function mentionsApp({ text, blocks }: SlackContent, { userId }: SlackSelf): boolean {
  for (const [, id] of (text ?? "").matchAll(MENTION)) if (id === userId) return true;
  return blocks !== undefined && JSON.stringify(blocks).includes(`"user_id":"${userId}"`);
}

function toFileName({ name, title }: NonNullable<SlackContent["files"]>[number]): string {
  return (name || title || "unnamed").replace(/\s+/g, " ").slice(0, LONGEST_FILE_NAME);
}
