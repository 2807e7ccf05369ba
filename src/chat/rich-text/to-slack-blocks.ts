import { defuseBroadcasts, defuseUrl } from "./defuse-mentions.ts";
import { toOneLine, toRuns, type Run } from "./inline-runs.ts";
import { layoutTable, listTable } from "./layout-table.ts";
import type { Block, Inline, List, RichText } from "./rich-text.ts";

type Style = { bold?: true; italic?: true; strike?: true; code?: true };
type Element =
  | { type: "text"; text: string; style?: Style }
  | { type: "link"; url: string; text: string; style?: Style };
type Section = { type: "rich_text_section"; elements: Element[] };
type RichTextPart =
  | Section
  | { type: "rich_text_quote"; elements: Element[] }
  | { type: "rich_text_preformatted"; elements: Element[] }
  | {
      type: "rich_text_list";
      style: "bullet" | "ordered";
      indent: number;
      offset?: number;
      elements: Section[];
    };

/** Assignable to `KnownBlock` of `@slack/types`. */
export type SlackBlock = { type: "rich_text"; elements: RichTextPart[] } | { type: "divider" };

const MAX_INDENT = 8;
const MAX_BLOCKS = 50;
const MAX_CHARACTERS = 12_000;
const BOLD = { strong: true, emphasis: false, strike: false };

/**
 * The message as Slack blocks, or undefined where they would pass Slack's limits (50 blocks; about 13,000 characters for
 * all of them, `msg_blocks_too_long`): then send `toSlack` in parts. `rich_text` and not `markdown` blocks: their text is
 * literal, so nothing can mention, unfold or format by accident; bold works inside words and beside East
 * Asian text; wrapped list lines keep their indentation. Send `toSlack` beside them as `text`.
 */
export function toSlackBlocks(tree: RichText): SlackBlock[] | undefined {
  const blocks: SlackBlock[] = [];
  for (const block of tree) {
    const last = blocks.at(-1);
    if (block.type === "rule") blocks.push({ type: "divider" });
    else if (last?.type === "rich_text")
      last.elements.push(...separate(last.elements, toParts(block, 0)));
    else blocks.push({ type: "rich_text", elements: toParts(block, 0) });
  }
  const filled = blocks.filter((block) => block.type === "divider" || block.elements.length > 0);
  const fits = filled.length <= MAX_BLOCKS && JSON.stringify(filled).length <= MAX_CHARACTERS;
  return fits && filled.length > 0 ? filled : undefined;
}

/** Two sections in a row would touch; other parts have a margin of their own. */
function separate(before: RichTextPart[], parts: RichTextPart[]): RichTextPart[] {
  const last = before.at(-1);
  if (last?.type === "rich_text_section" && parts.length > 0) {
    last.elements.push({
      type: "text",
      text: parts[0]?.type === "rich_text_section" ? "\n\n" : "\n",
    });
  }
  return parts;
}

function toParts(block: Block, depth: number): RichTextPart[] {
  switch (block.type) {
    case "paragraph":
      return section(toElements(block.children));
    case "heading":
      return section(toOneLine(block.children, BOLD).map(toElement));
    case "code":
      return preformatted(block.text);
    case "rule":
      return section([{ type: "text", text: "──────────" }]);
    case "quote":
      return toQuotes(block.children);
    case "list":
      return toLists(block, depth);
    case "table": {
      const grid = layoutTable(block);
      return grid === undefined ? toLists(listTable(block), depth) : preformatted(grid);
    }
  }
}

function section(elements: Element[]): RichTextPart[] {
  return elements.length > 0 ? [{ type: "rich_text_section", elements }] : [];
}

function preformatted(text: string): RichTextPart[] {
  return text === ""
    ? []
    : [
        {
          type: "rich_text_preformatted",
          elements: [{ type: "text", text: defuseBroadcasts(text) }],
        },
      ];
}

/** A quote holds text only: paragraphs join, lists and code inside it stand on their own. */
function toQuotes(children: Block[]): RichTextPart[] {
  const parts: RichTextPart[] = [];
  for (const part of children.flatMap((child) => toParts(child, 0))) {
    const last = parts.at(-1);
    if (part.type !== "rich_text_section") parts.push(part);
    else if (last?.type === "rich_text_quote") {
      last.elements.push({ type: "text", text: "\n" }, ...part.elements);
    } else parts.push({ type: "rich_text_quote", elements: part.elements });
  }
  return parts;
}

/** Slack's lists are flat: each run of items at one depth is a list of its own, numbered on by its offset. */
function toLists({ items, start }: List, depth: number): RichTextPart[] {
  const parts: RichTextPart[] = [];
  let own: Section[] | undefined;
  for (const [index, item] of items.entries()) {
    const content = item.children.flatMap((child) => toParts(child, depth + 1));
    const texts = content.filter((part) => part.type === "rich_text_section");
    const nested = content.filter((part) => part.type !== "rich_text_section");
    const box = item.checked === undefined ? "" : item.checked ? "☑ " : "☐ ";
    const elements = texts.flatMap((text, at) =>
      at === 0 ? text.elements : [{ type: "text" as const, text: "\n" }, ...text.elements],
    );
    if (box !== "" || elements.length === 0) elements.unshift({ type: "text", text: box || " " });
    if (!own) {
      own = [];
      parts.push(openList(start, index, depth, own));
    }
    own.push({ type: "rich_text_section", elements });
    parts.push(...nested);
    if (nested.length > 0) own = undefined;
  }
  return parts;
}

function openList(
  start: number | undefined,
  index: number,
  depth: number,
  elements: Section[],
): RichTextPart {
  const offset = (start ?? 1) - 1 + index;
  return {
    type: "rich_text_list",
    style: start === undefined ? "bullet" : "ordered",
    indent: Math.min(depth, MAX_INDENT),
    ...(start !== undefined && offset > 0 && { offset }),
    elements,
  };
}

function toElements(children: readonly Inline[]): Element[] {
  return toRuns(children).flatMap((line, index): Element[] => {
    const elements = line.map(toElement);
    return index === 0 ? elements : [{ type: "text", text: "\n" }, ...elements];
  });
}

function toElement({ kind, text, url, strong, emphasis, strike }: Run): Element {
  const style: Style = {
    ...(strong && { bold: true }),
    ...(emphasis && { italic: true }),
    ...(strike && { strike: true }),
    ...(kind === "code" && { code: true }),
  };
  const styled = Object.keys(style).length > 0 && { style };
  const shown = defuseBroadcasts(text);
  if (url === undefined) return { type: "text", text: shown, ...styled };
  return { type: "link", url: defuseUrl(url), text: shown, ...styled };
}
