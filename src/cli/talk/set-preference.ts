import { AppError } from "../../base/errors.ts";
import type { PreferenceChanges, RoomClient, RoomPreferences } from "../room-client.ts";

const COMMAND = /^\/preferences(?:\s+(?<what>\S+)(?:\s+(?<wish>\S.*))?)?$/i;
const FIELDS = new Map<string, keyof PreferenceChanges>([
  ["verbosity", "verbosity"],
  ["style", "style"],
  ["timezone", "timeZone"],
]);
const USAGE =
  "Write it as /preferences verbosity concise, /preferences style formal or /preferences timezone Europe/Berlin; default takes a wish back.";

/** What is wished for; both undefined for /preferences alone. */
export type Wish = { what: string | undefined; wish: string | undefined };

/** What a line with `/preferences` asks for; undefined for any other line. */
export function parsePreference(line: string): Wish | undefined {
  const match = COMMAND.exec(line.trim());
  return match ? { what: match.groups?.["what"], wish: match.groups?.["wish"] } : undefined;
}

/** Sets what the line says, or nothing, and tells what holds then. `INVALID` says how it is written. */
export async function setPreference(
  room: Pick<RoomClient, "setPreferences">,
  { what, wish }: Wish,
): Promise<string> {
  if (what === undefined) return `You are answered: ${describe(await room.setPreferences({}))}.`;
  const field = FIELDS.get(what.toLowerCase());
  if (field === undefined || wish === undefined) throw new AppError("INVALID", USAGE);
  // Time zones are written in many ways; the other wishes are words in lower case.
  const value = field === "timeZone" ? wish : wish.toLowerCase();
  const isTakenBack = wish.toLowerCase() === "default";
  const preferences = await room.setPreferences({ [field]: isTakenBack ? null : value });
  return `From the next answer on: ${describe(preferences)}.`;
}

function describe({ verbosity, style, timeZone }: RoomPreferences): string {
  const none = "as the agent likes";
  return `verbosity ${verbosity ?? none}, style ${style ?? none}, time zone ${timeZone}`;
}
