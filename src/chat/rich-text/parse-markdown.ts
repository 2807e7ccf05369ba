import { createMarkdownParser, type Token } from "./markdown-parser.ts";
import { toInline } from "./to-inline.ts";
import { ALIGNMENTS, type Block, type Inline } from "./rich-text.ts";
import type { List, ListItem, RichText, Table } from "./rich-text.ts";

type Builder = {
  /** Where the next block goes: the innermost quote or list item, last. */
  blocks: Block[][];
  lists: { list: List; depth: number }[];
  leaf: { children: Inline[] } | undefined;
  table: Table | undefined;
  row: Inline[][] | undefined;
};

const parser = createMarkdownParser();
const CHECKBOX = /^\[([ xX])\]\s/;

/**
 * The Markdown of a model as one tree: CommonMark with tables, strikethrough, task lists and autolinks of GFM.
 * Takes any text, in time linear in its length; text nested too deeply stays as text and nothing is lost.
 */
export function parseMarkdown(markdown: string): RichText {
  const root: Block[] = [];
  const builder: Builder = {
    blocks: [root],
    lists: [],
    leaf: undefined,
    table: undefined,
    row: undefined,
  };
  for (const token of parser.parse(markdown, {})) HANDLERS[token.type]?.(builder, token);
  return root;
}

function place(builder: Builder, block: Block): void {
  builder.blocks.at(-1)?.push(block);
}

const HANDLERS: Record<string, (builder: Builder, token: Token) => void> = {
  paragraph_open(builder, token) {
    const block = { type: "paragraph" as const, children: [] };
    place(builder, block);
    builder.leaf = block;
    const innermost = builder.lists.at(-1);
    if (innermost?.depth === builder.blocks.length && !token.hidden) innermost.list.tight = false;
  },
  heading_open(builder, token) {
    const block = { type: "heading" as const, level: Number(token.tag.slice(1)), children: [] };
    place(builder, block);
    builder.leaf = block;
  },
  inline(builder, token) {
    const children = toInline(token.children ?? []);
    if (builder.row) builder.row.push(children);
    else if (builder.leaf) builder.leaf.children = children;
  },
  fence(builder, token) {
    const language = token.info.trim().split(/\s/, 1)[0] ?? "";
    place(builder, { type: "code", language, text: token.content.replace(/\n$/, "") });
  },
  code_block(builder, token) {
    place(builder, { type: "code", language: "", text: token.content.replace(/\n$/, "") });
  },
  hr(builder) {
    place(builder, { type: "rule" });
  },
  blockquote_open(builder) {
    const children: Block[] = [];
    place(builder, { type: "quote", children });
    builder.blocks.push(children);
  },
  blockquote_close: (builder) => void builder.blocks.pop(),
  bullet_list_open: (builder) => openList(builder, undefined),
  ordered_list_open: (builder, token) => openList(builder, Number(token.attrGet("start") ?? 1)),
  bullet_list_close: (builder) => void builder.lists.pop(),
  ordered_list_close: (builder) => void builder.lists.pop(),
  list_item_open(builder) {
    const item: ListItem = { checked: undefined, children: [] };
    builder.lists.at(-1)?.list.items.push(item);
    builder.blocks.push(item.children);
  },
  list_item_close(builder) {
    builder.blocks.pop();
    const item = builder.lists.at(-1)?.list.items.at(-1);
    if (item) takeCheckbox(item);
  },
  table_open(builder) {
    builder.table = { type: "table", align: [], header: [], rows: [] };
  },
  tr_open(builder) {
    builder.row = [];
  },
  th_open(builder, token) {
    const style = String(token.attrGet("style") ?? "").replace("text-align:", "");
    builder.table?.align.push(ALIGNMENTS.find((name) => name === style) ?? "left");
  },
  tr_close(builder) {
    const { table, row } = builder;
    if (table && row && table.header.length === 0) table.header = row;
    else if (table && row) table.rows.push(row);
    builder.row = undefined;
  },
  table_close(builder) {
    if (builder.table) place(builder, builder.table);
    builder.table = undefined;
  },
};

function openList(builder: Builder, start: number | undefined): void {
  const list: List = { type: "list", start, tight: true, items: [] };
  place(builder, list);
  builder.lists.push({ list, depth: builder.blocks.length + 1 });
}

function takeCheckbox(item: ListItem): void {
  const [first] = item.children;
  const text = first?.type === "paragraph" ? first.children[0] : undefined;
  const box = text?.type === "text" ? CHECKBOX.exec(text.text) : undefined;
  if (text?.type !== "text" || !box) return;
  item.checked = box[1] !== " ";
  text.text = text.text.slice(box[0].length);
}
