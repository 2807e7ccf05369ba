/** What is known by id in one guild; ids that are missing are shown as they are. */
export type DiscordNames = {
  users: ReadonlyMap<string, string>;
  roles: ReadonlyMap<string, string>;
  channels: ReadonlyMap<string, string>;
};

const CODE = /(```[\s\S]*?```|``[^\n]*?``|`[^`\n]+`)/;
const MENTION = /<(@[!&]?|#)(\d{1,20})>/g;
const EMOJI = /<a?(:\w{1,32}:)\d{1,20}>/g;
const COMMAND = /<(\/[^<>:\n]{1,100}):\d{1,20}>/g;
const TIMESTAMP = /<t:(-?\d{1,13})(?::([tTdDfFsSR]))?>/g;

/**
 * An incoming Discord text as plain Markdown for the model: people, roles, channels, emoji, commands and times by name. Times are UTC.
 * Code is left alone, as Discord leaves it.
 */
export function fromDiscord(text: string, names: DiscordNames): string {
  return text
    .split(CODE)
    .map((piece, index) => (index % 2 === 1 ? piece : fromText(piece, names)))
    .join("");
}

function fromText(text: string, names: DiscordNames): string {
  return text
    .replace(MENTION, (_whole, sign: string, id: string) => resolveMention(sign, id, names))
    .replace(EMOJI, "$1")
    .replace(COMMAND, "$1")
    .replace(TIMESTAMP, (whole, seconds: string, style: string | undefined) =>
      formatTime(Number(seconds), style ?? "f", whole),
    );
}

function resolveMention(sign: string, id: string, names: DiscordNames): string {
  const table = sign === "#" ? names.channels : sign === "@&" ? names.roles : names.users;
  const name = (table.get(id) ?? "").replace(/\s+/g, " ").replace(/^[@#]/, "").trim();
  return `${sign[0]}${name || id}`;
}

function formatTime(seconds: number, style: string, fallback: string): string {
  const time = new Date(seconds * 1000);
  if (Number.isNaN(time.getTime())) return fallback;
  const [day = "", clock = ""] = time.toISOString().split("T");
  if (style === "d" || style === "D") return day;
  const withSeconds = style === "T" || style === "S";
  const hours = `${clock.slice(0, withSeconds ? 8 : 5)} UTC`;
  return style === "t" || style === "T" ? hours : `${day} ${hours}`;
}
