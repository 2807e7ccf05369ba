import { defuseBroadcasts, defuseUrl } from "./defuse-mentions.ts";
import { isBareLink, toOneLine, toRuns, type Run } from "./inline-runs.ts";
import { joinRuns, type Seam } from "./join-runs.ts";
import { renderBlocks, type Dialect } from "./render-blocks.ts";
import type { RichText } from "./rich-text.ts";

const JOINER = "\u200b";
const BACKTICK_LOOKALIKE = "\u02cb";
// What may touch a mark of mrkdwn without disabling it; beside anything else a zero-width space goes between.
const BORDER = /^[\s!-)+-/:-@[-^{|}]$/;
const STYLE_MARKS = [
  ["strong", "*"],
  ["emphasis", "_"],
  ["strike", "~"],
] as const;
const BOLD = { strong: true, emphasis: false, strike: false };
const BULLETS = ["• ", "◦ ", "▪ "] as const;

const slack: Dialect = {
  inline: (children) => toRuns(children).map(renderLine).join("\n"),
  heading: (_level, children) => renderLine(toOneLine(children, BOLD)),
  code: (_language, text) => `\`\`\`\n${escapeSlack(text).replaceAll("```", "``\u200b`")}\n\`\`\``,
  rule: "──────────",
  bullet: (depth) => BULLETS[Math.min(depth, BULLETS.length - 1)] ?? BULLETS[0],
  task: (_marker, checked) => (checked ? "☑ " : "☐ "),
  indent: () => "    ",
  // Slack reads the mark at the edge only.
  quote: (depth) => (depth === 0 ? "> " : "│ "),
  nestedQuotes: false,
  codeAtEdge: true,
};

/**
 * The message as Slack `mrkdwn`: for the `text` of a message (its whole where no blocks are sent, else what notifications
 * and screen readers say). Nothing in it mentions or pings anybody. mrkdwn has no escapes, so marks that would
 * format by accident get a zero-width space. Send it without `link_names` and with `parse` left at `none`.
 */
export function toSlack(tree: RichText): string {
  return defuseBroadcasts(renderBlocks(tree, slack));
}

/** The product's own words, with names in them, as mrkdwn that mentions nobody. */
export function toSlackWords(text: string): string {
  return defuseBroadcasts(escapeSlack(text));
}

/** The three characters that Slack reads; everything else is literal to it. */
function escapeSlack(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function renderLine(runs: readonly Run[]): string {
  const risky = findRiskyMarks(runs);
  const line = joinRuns(runs, (run) => renderRun(run, risky), collides);
  return line.replace(/^(\s*)&gt;/, `$1${JOINER}&gt;`);
}

function collides({ before, after, markedBefore, marked }: Seam): boolean {
  return (marked && !isBorder(before)) || (markedBefore && !isBorder(after));
}

function isBorder(character: string): boolean {
  return character === "" || BORDER.test(character);
}

function renderRun(run: Run, risky: ReadonlySet<string>): string {
  let piece = renderContent(run, risky);
  for (const [style, mark] of STYLE_MARKS.toReversed()) {
    if (run[style]) piece = `${mark}${piece}${mark}`;
  }
  return piece;
}

function renderContent(run: Run, risky: ReadonlySet<string>): string {
  const { kind, text, url } = run;
  if (url !== undefined) {
    const label = escapeSlack(text.replaceAll("`", BACKTICK_LOOKALIKE).replace(/\s+/g, " "));
    return isBareLink(run) ? `<${escapeUrl(url)}>` : `<${escapeUrl(url)}|${label}>`;
  }
  if (kind === "code") return `\`${escapeSlack(text.replaceAll("`", BACKTICK_LOOKALIKE))}\``;
  return escapeSlack(separateMarks(text, risky));
}

function escapeUrl(url: string): string {
  return defuseUrl(url)
    .replaceAll("<", "%3C")
    .replaceAll(">", "%3E")
    .replaceAll("|", "%7C")
    .replace(/\s/g, "%20")
    .replaceAll("&", "&amp;");
}

/** The marks standing in the text that could pair up with each other or with one of ours. */
function findRiskyMarks(runs: readonly Run[]): ReadonlySet<string> {
  const literal = runs.map((run) => (run.kind === "text" && run.url === undefined ? run.text : ""));
  const used = new Set<string>(runs.some((run) => run.kind === "code") ? ["`"] : []);
  for (const [style, mark] of STYLE_MARKS) if (runs.some((run) => run[style])) used.add(mark);
  const text = literal.join("");
  const isRisky = (mark: string) => {
    const first = text.indexOf(mark);
    return first !== -1 && (used.has(mark) || text.includes(mark, first + 1));
  };
  return new Set(["*", "_", "~", "`"].filter(isRisky));
}

/** A mark opens only when it follows a border and touches what comes next: a zero-width space there disarms it. */
function separateMarks(text: string, risky: ReadonlySet<string>): string {
  if (risky.size === 0) return text;
  const ticks = risky.has("`") ? text.replaceAll("`", BACKTICK_LOOKALIKE) : text;
  return ticks.replace(/(?<![\p{L}\p{N}])[*_~](?=\S)/gu, (mark) =>
    risky.has(mark) ? mark + JOINER : mark,
  );
}
