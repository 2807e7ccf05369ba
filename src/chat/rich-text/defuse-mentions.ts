const BREAK = "\u200b";
const INVISIBLE = String.raw`[\p{Cf}\p{Mn}]*`;

// Discord drops some invisible characters before it looks for a mention (discord-api-docs#1189, #1241), and its
// pattern is a bare `@(everyone|here)`, so neither letters after it nor invisible ones inside it protect anybody.
const BROADCAST = new RegExp(
  `@(?=${INVISIBLE}(?:${["everyone", "here"].map(spread).join("|")}|(?:${["channel", "group"].map(spread).join("|")})(?![a-z0-9_])))`,
  "giu",
);
const ENTITY = new RegExp(`<(?=${INVISIBLE}[@!#])`, "gu");
const ENTITY_OF_PERSON = new RegExp(`<(?=${INVISIBLE}@)`, "gu");

function spread(word: string): string {
  return Array.from(word).join(INVISIBLE);
}

/**
 * Puts a zero-width space into `@everyone`, `@here`, `@channel` and `@group`, wherever they stand. Slack links these
 * words in `mrkdwn` objects that are not `verbatim` and under `link_names` or `parse: "full"`; Discord in any content
 * sent without `allowed_mentions: { parse: [] }`, which callers must still send: it is the guard, this is the belt.
 */
export function defuseBroadcasts(text: string): string {
  return text.replace(BROADCAST, `@${BREAK}`);
}

/** Also breaks `<@id>`, `<@!id>` and `<@&id>`, which Discord's server reads even behind a backslash. */
export function defuseDiscord(text: string): string {
  return defuseBroadcasts(text).replace(ENTITY_OF_PERSON, `<${BREAK}`);
}

/**
 * Markdown that goes to Slack as it is (`markdown_text` of a native stream, `markdown` blocks), where Slack
 * still reads `<!channel>`, `<!subteam^S1>`, `<@U1>` and `<#C1>`: all of them defused.
 */
export function defuseMarkdown(markdown: string): string {
  return defuseBroadcasts(markdown).replace(ENTITY, `<${BREAK}`);
}

/** An address whose path could read as a mass mention; the percent sign keeps it the same address. */
export function defuseUrl(url: string): string {
  return url.replace(BROADCAST, "%40");
}
