/** What is known by id in one workspace; ids that are missing keep the label Slack sent, else the bare id. */
export type SlackNames = {
  users: ReadonlyMap<string, string>;
  channels: ReadonlyMap<string, string>;
  groups: ReadonlyMap<string, string>;
};

const CODE = /(```[\s\S]*?```|`[^`\n]+`)/;
const CONTROL = /<([^<>\n]+)>/g;
// The zero-width spaces that `toSlack` puts beside marks and into mentions.
const JOINER = /\u200b(?=[*_~`])|(?<=[*_~`@])\u200b|^\u200b|\u200b$/g;
const BORDERED = (mark: string) =>
  new RegExp(
    `(?<![\\p{L}\\p{N}${mark}])${mark}(?=[^\\s\u200b${mark}])([^\\n${mark}]*[^\\s\u200b${mark}])${mark}(?![\\p{L}\\p{N}${mark}])`,
    "gu",
  );
const BOLD = BORDERED("\\*");
const ITALIC = BORDERED("_");
const STRIKE = BORDERED("~");

/**
 * An incoming Slack text as plain Markdown for the model: mentions, channels, groups and dates by name, links as
 * Markdown, entities unescaped, mrkdwn marks as Markdown's.
 */
export function fromSlack(text: string, names: SlackNames): string {
  return text
    .split(CODE)
    .map((piece, index) => (index % 2 === 1 ? fromCode(piece, names) : fromText(piece, names)))
    .join("");
}

function fromText(text: string, names: SlackNames): string {
  const marked = text
    .replace(BOLD, "**$1**")
    .replace(ITALIC, "*$1*")
    .replace(STRIKE, "~~$1~~")
    .replace(/^(?:&gt;|>) ?/gm, "> ")
    .replace(/^(\s*)\u200b&gt;/gm, "$1\\&gt;")
    .replace(JOINER, "")
    .replace(/^([ \t]*)[•◦▪] ?/gm, "$1- ");
  return unescapeSlack(resolve(marked, names, true));
}

/** Slack turns addresses into links even inside code, where Markdown would show the brackets. */
function fromCode(code: string, names: SlackNames): string {
  const body = unescapeSlack(resolve(code, names, false));
  const isBlock = code.startsWith("```") && code.length >= 6;
  if (!isBlock) return body;
  const inner = body.slice(3, -3);
  const start = inner.startsWith("\n") ? "" : "\n";
  return `\`\`\`${start}${inner}${inner.endsWith("\n") ? "" : "\n"}\`\`\``;
}

function unescapeSlack(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function resolve(text: string, names: SlackNames, markdown: boolean): string {
  return text.replace(CONTROL, (_whole, control: string) => {
    const bar = control.indexOf("|");
    const target = bar === -1 ? control : control.slice(0, bar);
    const label = bar === -1 ? "" : control.slice(bar + 1);
    switch (target[0]) {
      case "@":
        return `@${toName(names.users.get(target.slice(1)) ?? label, target.slice(1))}`;
      case "#":
        return `#${toName(names.channels.get(target.slice(1)) ?? label, target.slice(1))}`;
      case "!":
        return resolveCommand(target.slice(1), label, names);
      default:
        return resolveLink(target, label, markdown);
    }
  });
}

/** Names are chosen by people: one line, without our own leading sign. */
function toName(name: string, fallback: string): string {
  return name.replace(/\s+/g, " ").replace(/^[@#]/, "").trim() || fallback;
}

function resolveCommand(command: string, label: string, names: SlackNames): string {
  const [kind = "", id = ""] = command.split("^", 2);
  if (kind === "subteam") return `@${toName(names.groups.get(id) ?? label, id)}`;
  if (kind === "date") return label;
  return label === "" || kind === "here" || kind === "channel" || kind === "everyone"
    ? `@${kind}`
    : label;
}

function resolveLink(url: string, label: string, markdown: boolean): string {
  const address = url.replace(/^(?:mailto|tel):/i, "");
  const bare = label === "" || label === url || label === address || url.endsWith(`://${label}`);
  if (bare) return label || address;
  return markdown ? `[${label.replace(/[[\]]/g, "\\$&")}](${url})` : label;
}
