import { isBlank } from "../../../base/is-blank.ts";
import { parseMarkdown } from "../../rich-text/parse-markdown.ts";
import { renderGrowing } from "../../rich-text/incremental.ts";
import type { RichText } from "../../rich-text/rich-text.ts";
import { splitMessage } from "../../rich-text/split-message.ts";
import { toSlack } from "../../rich-text/to-slack.ts";
import { toSlackBlocks } from "../../rich-text/to-slack-blocks.ts";

/** One message: blocks are what people see, where there are any; the text is then for notifications. */
export type ReplyPart = { text: string; blocks: readonly object[] };

/** What one message holds: chat.update takes 4,000 characters, and a mention may stand before them. */
export const PART_CHARACTERS = 3900;

// A link defined elsewhere would lose its address where a cut parts the two.
const LINK_DEFINITION = /^[ \t>]{0,9}\[[^\]\n]+\]:[ \t]*\S/m;

/** A whole reply in messages that Slack takes; nothing of it is lost, and no part is blank. */
export function toReplyParts(markdown: string): ReplyPart[] {
  const whole = render(parseMarkdown(markdown));
  if (isBlank(whole.text)) return splitText(toSlack([asWritten(markdown)]));
  if (whole.text.length <= PART_CHARACTERS) return [whole];
  if (LINK_DEFINITION.test(markdown)) return splitText(whole.text);
  const measure = (part: string) => Math.max(part.length, toSlack(parseMarkdown(part)).length);
  const parts = splitMessage(markdown, { limit: PART_CHARACTERS, measure }).map((part) =>
    render(parseMarkdown(part)),
  );
  const fits = parts.every(({ text }) => !isBlank(text) && text.length <= PART_CHARACTERS);
  return fits ? parts : splitText(whole.text);
}

/** The reply as far as it is known; undefined where there is nothing to show or no room to show it. */
export function toGrowingPart(markdown: string): ReplyPart | undefined {
  let part: ReplyPart | undefined;
  const keep = (tree: RichText) => {
    part = render(tree);
    return part.text;
  };
  const text = renderGrowing(markdown, keep, { done: false });
  return isBlank(text) || text.length > PART_CHARACTERS ? undefined : part;
}

/** The reply's person is told by name where no thread or direct conversation tells them. */
export function mention(userId: string, { text, blocks }: ReplyPart): ReplyPart {
  const named = `<@${userId}> ${text}`;
  if (blocks.length === 0) return { text: named, blocks };
  const element = {
    type: "rich_text_section",
    elements: [{ type: "user", user_id: userId }],
  };
  return { text: named, blocks: [{ type: "rich_text", elements: [element] }, ...blocks] };
}

function render(tree: RichText): ReplyPart {
  return { text: toSlack(tree), blocks: toSlackBlocks(tree) ?? [] };
}

function splitText(text: string): ReplyPart[] {
  return splitMessage(text, { limit: PART_CHARACTERS }).map((part) => ({ text: part, blocks: [] }));
}

function asWritten(markdown: string): RichText[number] {
  return {
    type: "paragraph",
    children: [{ type: "text", text: isBlank(markdown) ? "…" : markdown.trim() }],
  };
}
