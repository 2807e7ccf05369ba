import type { Json } from "./world.ts";

const TOKENS =
  /<@(?<user>[A-Z0-9]+)>|<#(?<channel>[A-Z0-9]+)(?:\|[^>]*)?>|<(?<url>https?:[^>|]+)(?:\|[^>]*)?>/g;

/** The `rich_text` block that Slack's own clients attach to what a person types. */
export function toRichText(text: string): Json {
  const elements: Json[] = [];
  let from = 0;
  for (const match of text.matchAll(TOKENS)) {
    const before = text.slice(from, match.index);
    if (before !== "") elements.push({ type: "text", text: before });
    const { user, channel, url } = match.groups ?? {};
    if (user !== undefined) elements.push({ type: "user", user_id: user });
    if (channel !== undefined) elements.push({ type: "channel", channel_id: channel });
    if (url !== undefined) elements.push({ type: "link", url });
    from = match.index + match[0].length;
  }
  const rest = text.slice(from);
  if (rest !== "") elements.push({ type: "text", text: rest });
  return {
    type: "rich_text",
    block_id: "rt1",
    elements: [{ type: "rich_text_section", elements }],
  };
}

/** The words of blocks as a person reads them, one line per block; buttons are not words. */
export function textOfBlocks(blocks: Json[]): string {
  return blocks
    .map((block) => (block["type"] === "actions" ? "" : wordsOf(block)))
    .filter((words) => words !== "")
    .join("\n");
}

function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(wordsOf).join("");
  if (typeof value !== "object" || value === null) return "";
  const node = value as Json;
  if (node["type"] === "button") return "";
  if (node["type"] === "user") return `<@${String(node["user_id"])}>`;
  if (node["type"] === "channel") return `<#${String(node["channel_id"])}>`;
  if (node["type"] === "link") return String(node["text"] ?? node["url"]);
  if (typeof node["text"] === "string") return node["text"];
  return ["text", "fields", "elements", "title", "accessory"]
    .map((key) => wordsOf(node[key]))
    .join("");
}
