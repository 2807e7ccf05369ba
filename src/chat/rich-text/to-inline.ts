import type { Token } from "./markdown-parser.ts";
import type { Inline } from "./rich-text.ts";

// Further styles inside so many are dropped, their text is kept.
const MAX_STYLES = 16;
const LINE_BREAK_TAG = /<br\s*\/?>/i;

const STYLES: Record<string, "strong" | "emphasis" | "strike"> = {
  strong_open: "strong",
  em_open: "emphasis",
  s_open: "strike",
};

/** The pieces of one paragraph, heading or table cell from the parser's flat tokens. */
export function toInline(tokens: readonly Token[]): Inline[] {
  const root: Inline[] = [];
  const open: Inline[][] = [root];
  for (const token of tokens) {
    const siblings = open.at(-1) ?? root;
    if (token.nesting === -1) open.pop();
    else if (token.nesting === 1) open.push(openSpan(token, siblings, open.length));
    else siblings.push(...toLeaves(token));
  }
  return root;
}

/** The list that the children of a style or link go into. */
function openSpan(token: Token, siblings: Inline[], depth: number): Inline[] {
  const style = STYLES[token.type];
  if (style && depth > MAX_STYLES) return siblings;
  const children: Inline[] = [];
  if (style) siblings.push({ type: style, children });
  else siblings.push({ type: "link", url: String(token.attrGet("href") ?? ""), children });
  return children;
}

function toLeaves(token: Token): Inline[] {
  switch (token.type) {
    case "softbreak":
    case "hardbreak":
      return [{ type: "break" }];
    case "code_inline":
      return [{ type: "code", text: token.content }];
    case "image":
      return [{ type: "image", url: String(token.attrGet("src") ?? ""), alt: token.content }];
    default:
      return toText(token.content);
  }
}

/** Models write `<br>` in table cells; any other tag stays as it was written. */
function toText(content: string): Inline[] {
  return content.split(LINE_BREAK_TAG).flatMap((text, index): Inline[] => {
    const pieces: Inline[] = text === "" ? [] : [{ type: "text", text }];
    return index === 0 ? pieces : [{ type: "break" }, ...pieces];
  });
}
