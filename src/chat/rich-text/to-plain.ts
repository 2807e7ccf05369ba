import { isBareLink, toRuns, type Run } from "./inline-runs.ts";
import { renderBlocks, type Dialect } from "./render-blocks.ts";
import type { Inline, RichText } from "./rich-text.ts";

// Control characters but tab and line feed: a terminal would obey them.
const CONTROLS = /(?![\t\n])\p{Cc}/gu;

const plain: Dialect = {
  inline: toPlainLines,
  heading: (_level, children) => toPlainLines(children).replaceAll("\n", " "),
  code: (_language, text) => text.replace(/^(?=.)/gm, "    "),
  rule: "──────────",
  bullet: () => "- ",
  task: (marker, checked) => `${marker}[${checked ? "x" : " "}] `,
  indent: (marker) => " ".repeat(marker.length),
  quote: () => "> ",
  nestedQuotes: true,
  codeAtEdge: false,
};

/** The message for a terminal or a notification: words, lists and aligned tables, no marks, no control characters. */
export function toPlain(tree: RichText): string {
  return renderBlocks(tree, plain).replace(CONTROLS, "");
}

function toPlainLines(children: readonly Inline[]): string {
  return toRuns(children)
    .map((line) => line.map(renderRun).join(""))
    .join("\n");
}

function renderRun(run: Run): string {
  const { kind, text, url } = run;
  if (kind === "code") return `\`${text}\``;
  return url === undefined || isBareLink(run) ? text : `${text} (${url})`;
}
