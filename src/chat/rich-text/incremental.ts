import { createMarkdownParser, type InlineState } from "./markdown-parser.ts";
import { findOpenCode, holdBack } from "./hold-back.ts";
import { parseMarkdown } from "./parse-markdown.ts";
import type { RichText } from "./rich-text.ts";

type Env = { openMarks?: string };

const parser = createMarkdownParser();
parser.inline.ruler2.after("balance_pairs", "open-marks", (state: InlineState) => {
  (state.env as Env).openMarks = state.delimiters
    .filter(({ open, end }) => open && end === -1)
    .map(({ token }) => state.tokens[token]?.content ?? "")
    .join("");
});

/**
 * A Markdown text that is still growing, as one platform shows it, for edits that follow one another without flicker:
 * open fences, code and emphasis are closed, half-written links and marks wait. With `done` it is the rendering of the whole.
 */
export function renderGrowing(
  markdown: string,
  render: (tree: RichText) => string,
  { done }: { done: boolean },
): string {
  return render(parseMarkdown(done ? markdown : closeMarks(holdBack(markdown))));
}

/** The text with its last open code span and emphasis closed. */
function closeMarks(markdown: string): string {
  const text = markdown.trimEnd();
  const code = findOpenCode(text.slice(text.lastIndexOf("\n") + 1));
  const closed = text + code;
  const env: Env = {};
  const tokens = parser.parse(closed, env);
  const last = tokens.findLast((token) => token.nesting !== -1);
  if (last?.type !== "inline") return code === "" ? markdown : closed;
  return (
    closed +
    Array.from(env.openMarks ?? "")
      .toReversed()
      .join("")
  );
}
