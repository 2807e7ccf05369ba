import { renderGrowing } from "../../rich-text/incremental.ts";
import type { MessageBody } from "./message-body.ts";
import { parseMarkdown } from "../../rich-text/parse-markdown.ts";
import { needsFile, splitMessage } from "../../rich-text/split-message.ts";
import { toDiscord } from "../../rich-text/to-discord.ts";

/** Discord counts code points; UTF-16 units are never fewer, so that they fit however it counts. */
export const MESSAGE_CHARACTERS = 2000;
export const MOST_PARTS = 5;

const FILE_NAME = "answer.md";
const FILE_NOTE = `\n-# The answer goes on in the file ${FILE_NAME}.`;
const CUT_NOTE =
  "\n-# The answer is longer, but the bot may attach no file here: its role lacks Attach Files.";
// Discord refuses a message in which nothing can be seen.
const VISIBLE = /[^\s\p{Cf}]/u;
const BLOCK_START = /^(?:#|>|-|\*|\d+[.)]|```|\|)/;

/**
 * A whole reply in messages that Discord takes; none is blank. Too many parts become the beginning
 * and a file with all of it. `mention` is a person named at the very beginning.
 */
export function toReplyParts(markdown: string, mention: string | undefined): MessageBody[] {
  const text = withMention(renderWhole(markdown), mention);
  const parts = splitMessage(text, { limit: MESSAGE_CHARACTERS });
  if (!needsFile(parts, MOST_PARTS)) return parts.map((content) => ({ content }));
  const [beginning = ""] = splitMessage(text, { limit: MESSAGE_CHARACTERS - FILE_NOTE.length });
  return [{ content: beginning + FILE_NOTE, file: { name: FILE_NAME, text: markdown } }];
}

/** The beginning of a reply that should be a file, where none may be attached. */
export function toFirstParts(markdown: string, mention: string | undefined): MessageBody[] {
  const text = withMention(renderWhole(markdown), mention);
  const limit = MESSAGE_CHARACTERS - CUT_NOTE.length;
  const parts = splitMessage(text, { limit }).slice(0, MOST_PARTS);
  return parts.map((content, part) => ({
    content: part === parts.length - 1 ? content.trimEnd() + CUT_NOTE : content,
  }));
}

/** The reply as far as it is known, with its agent's writing line; undefined for nothing to show. */
export function toGrowingPart(
  markdown: string,
  { mention, agentName }: { mention: string | undefined; agentName: string },
): MessageBody | undefined {
  const text = renderGrowing(markdown, toDiscord, { done: false });
  if (!VISIBLE.test(text)) return undefined;
  const line = writingLine(agentName);
  const limit = MESSAGE_CHARACTERS - line.length;
  const [beginning = ""] = splitMessage(withMention(text, mention), { limit });
  return { content: beginning + line };
}

/** Whether a message of the bot is what this agent had shown when it was broken off. */
export function isDraftOf(agentName: string, content: string): boolean {
  return content.trimEnd().endsWith(writingLine(agentName).trim());
}

/** Says to people that more is to come, and whose draft it is to a process that finds it later. */
function writingLine(agentName: string): string {
  const name = agentName.replace(/[\\*_~`|<>@#[\]()\s]+/g, " ").trim();
  return `\n-# ${name.slice(0, 80)} is writing …`;
}

function renderWhole(markdown: string): string {
  const text = toDiscord(parseMarkdown(markdown));
  if (VISIBLE.test(text)) return text;
  const written = VISIBLE.test(markdown) ? markdown.trim() : "(The answer is empty.)";
  const asWritten = { type: "text" as const, text: written };
  return toDiscord([{ type: "paragraph", children: [asWritten] }]);
}

function withMention(text: string, mention: string | undefined): string {
  if (mention === undefined) return text;
  return `<@${mention}>${BLOCK_START.test(text) ? "\n" : " "}${text}`;
}
