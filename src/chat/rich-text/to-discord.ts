import { defuseDiscord, defuseUrl } from "./defuse-mentions.ts";
import { isBareLink, toOneLine, toRuns, type Run } from "./inline-runs.ts";
import { joinRuns } from "./join-runs.ts";
import { renderBlocks, type Dialect } from "./render-blocks.ts";
import type { RichText } from "./rich-text.ts";

const JOINER = "\u200b";
const STYLE_MARKS = [
  ["strong", "**"],
  ["emphasis", "*"],
  ["strike", "~~"],
] as const;
const BLOCK_MARK = /^(\s*)(-#|#{1,3}|>{1,3}|[-+])(?=\s)/gm;
const ORDINAL = /^(\s*\d+)([.)])(?=\s)/gm;
const MASKABLE = /^https?:\/\//i;
// Discord shows a masked link as written when its label looks like an address.
const ADDRESS = /:\/\/|^www\./i;

const discord: Dialect = {
  inline: (children) => escapeLineStarts(toRuns(children).map(renderLine).join("\n")),
  heading: (level, children) => {
    const line = renderLine(toOneLine(children));
    return line === "" ? "" : `${level === 1 ? "##" : "###"} ${line}`;
  },
  code: (language, text) => {
    const name = /^[a-z0-9+#_-]{1,20}$/i.test(language) ? language : "";
    return `\`\`\`${name}\n${text.replaceAll("```", "``\u200b`")}\n\`\`\``;
  },
  rule: "──────────",
  bullet: () => "- ",
  task: (marker, checked) => `${marker}${checked ? "☑" : "☐"} `,
  indent: (marker) => " ".repeat(marker.length),
  quote: () => "> ",
  nestedQuotes: false,
  codeAtEdge: true,
};

/**
 * The message as Discord Markdown. Text that would format by accident is escaped; headings are `##` and `###`; links do
 * not unfurl, images do. Send it with `allowed_mentions: { parse: [] }`; it is also defused, code included.
 */
export function toDiscord(tree: RichText): string {
  return defuseDiscord(renderBlocks(tree, discord));
}

function escapeLineStarts(text: string): string {
  return text.replace(BLOCK_MARK, "$1\\$2").replace(ORDINAL, "$1\\$2");
}

/** `**a**` and `*b*` side by side would read as one run of asterisks. */
function renderLine(runs: readonly Run[]): string {
  return joinRuns(runs, renderRun, ({ before, after }) => before === after);
}

function renderRun(run: Run): string {
  let piece = renderContent(run);
  for (const [style, mark] of STYLE_MARKS.toReversed()) {
    if (run[style]) piece = `${mark}${piece}${mark}`;
  }
  return piece;
}

function renderContent(run: Run): string {
  const { kind, text, url } = run;
  if (url !== undefined) return renderLink(run, defuseUrl(url));
  return kind === "code" ? renderCode(text) : escapeText(text);
}

/** Escapes do not work inside a label, so what would end or format it is replaced there. */
function renderLink(run: Run, url: string): string {
  const { kind, text } = run;
  const target = url.replaceAll("<", "%3C").replaceAll(">", "%3E").replace(/\s/g, "%20");
  const bare = MASKABLE.test(target) ? `<${target}>` : escapeText(target.replace(/^mailto:/i, ""));
  if (isBareLink(run)) return kind === "image" ? target : bare;
  if (!MASKABLE.test(target) || ADDRESS.test(text)) return `${escapeText(text)} (${bare})`;
  const label = text
    .replaceAll("[", "(")
    .replaceAll("]", ")")
    .replace(/[\\`*|~]/g, "")
    .trim();
  if (label === "") return bare;
  const shown = target.replaceAll("(", "%28").replaceAll(")", "%29");
  return kind === "image" ? `[${label}](${shown})` : `[${label}](<${target}>)`;
}

function renderCode(text: string): string {
  if (!text.includes("`")) return `\`${text}\``;
  const apart = text.replace(/`(?=`)/g, `\`${JOINER}`);
  return `\`\` ${apart} \`\``;
}

function escapeText(text: string): string {
  return text
    .replace(/[\\*_~`|[]/g, "\\$&")
    .replace(/<(?=[#!])/g, `<${JOINER}`)
    .replace(/<(?=[:/a-z])/gi, "\\<");
}
