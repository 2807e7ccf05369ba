import { layoutTable, listTable } from "./layout-table.ts";
import type { Block, Inline, List, RichText } from "./rich-text.ts";

/** How one platform writes what the tree says. */
export type Dialect = {
  /** A paragraph's text; may hold line breaks. */
  inline(children: readonly Inline[]): string;
  /** One line. */
  heading(level: number, children: readonly Inline[]): string;
  code(language: string, text: string): string;
  rule: string;
  /** The bullet at a depth of nesting, from 0, with its space. */
  bullet(depth: number): string;
  /** The marker of a task, with its space, from what the item's marker would be. */
  task(marker: string, checked: boolean): string;
  /** The indentation of what belongs to an item whose marker is given. */
  indent(marker: string): string;
  /** The mark before each line of a quote, at a depth of lists. */
  quote(depth: number): string;
  /** Whether a quote in a quote gets a second mark. */
  nestedQuotes: boolean;
  /** Whether code stands at the left edge even inside lists and quotes, where the platform would show the indentation or lose the fence. */
  codeAtEdge: boolean;
};

type Line = { text: string; atEdge: boolean };
type Place = { depth: number; quoted: boolean };

/** The blocks as text: a blank line between blocks, none at the ends. */
export function renderBlocks(tree: RichText, dialect: Dialect): string {
  return renderAll(tree, dialect, { depth: 0, quoted: false })
    .map((line) => line.text)
    .join("\n");
}

function renderAll(blocks: readonly Block[], dialect: Dialect, place: Place, gap = true): Line[] {
  const lines: Line[] = [];
  for (const block of blocks) {
    const rendered = renderBlock(block, dialect, place);
    if (rendered.length === 0) continue;
    if (lines.length > 0 && gap) lines.push({ text: "", atEdge: false });
    for (const line of rendered) lines.push(line);
  }
  return lines;
}

function renderBlock(block: Block, dialect: Dialect, place: Place): Line[] {
  switch (block.type) {
    case "paragraph":
      return toLines(dialect.inline(block.children));
    case "heading":
      return toLines(dialect.heading(block.level, block.children));
    case "code":
      return toLines(dialect.code(block.language, block.text), dialect.codeAtEdge);
    case "rule":
      return toLines(dialect.rule);
    case "quote":
      return renderQuote(block.children, dialect, place);
    case "list":
      return renderList(block, dialect, place);
    case "table": {
      const grid = layoutTable(block);
      if (grid === undefined) return renderList(listTable(block), dialect, place);
      return toLines(dialect.code("", grid), dialect.codeAtEdge);
    }
  }
}

function toLines(text: string, atEdge = false): Line[] {
  return text === "" ? [] : text.split("\n").map((line) => ({ text: line, atEdge }));
}

function renderQuote(children: Block[], dialect: Dialect, place: Place): Line[] {
  const lines = renderAll(children, dialect, { ...place, quoted: true });
  if (place.quoted && !dialect.nestedQuotes) return lines;
  return lines.map((line) => prefix(line, dialect.quote(place.depth)));
}

function renderList(list: List, dialect: Dialect, place: Place): Line[] {
  const lines: Line[] = [];
  for (const [index, item] of list.items.entries()) {
    const bullet =
      list.start === undefined ? dialect.bullet(place.depth) : `${list.start + index}. `;
    const marker = item.checked === undefined ? bullet : dialect.task(bullet, item.checked);
    const inner = { ...place, depth: place.depth + 1 };
    const content = renderAll(item.children, dialect, inner, !list.tight);
    const [first] = content;
    if (!list.tight && index > 0) lines.push({ text: "", atEdge: false });
    if (!first || first.atEdge) lines.push({ text: marker.trimEnd(), atEdge: false });
    for (const line of content) {
      lines.push(prefix(line, line === first ? marker : dialect.indent(bullet)));
    }
  }
  return lines;
}

function prefix(line: Line, start: string): Line {
  if (line.atEdge) return line;
  const blank = line.text === "" && start.trim() === "";
  return blank ? line : { text: start + line.text, atEdge: false };
}
