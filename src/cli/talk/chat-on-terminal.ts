import { AppError } from "../../base/errors.ts";
import { createChatSession } from "./chat-session.ts";
import { createChatView } from "./chat-view.ts";
import type { RoomClient } from "../room-client.ts";
import { toSafeLine } from "../safe-text.ts";
import { createScreen } from "./screen.ts";
import { isSlashCommand, runSlashCommand, SLASH_COMMANDS } from "./slash-command.ts";

/**
 * Holds a conversation on a terminal until the person leaves; answers what could not be sent. The
 * errors of a server that cannot be reached at all, or refuses, come before anything is drawn.
 */
export async function chatOnTerminal(
  room: RoomClient,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<string[]> {
  const names = (await room.agents()).map(({ slug }) => `@${slug}`).sort();
  await room.lastMessages(1);
  const leaving = new AbortController();
  const screen = createScreen({
    input,
    output,
    prompt: `${toSafeLine(room.person)}> `,
    complete: (line) => completeWord(line, names),
    onLine: (line) => void enter(line),
    onLeave: () => leaving.abort(),
  });
  const view = createChatView(screen, output);
  const session = createChatSession(room, view, leaving.signal);

  async function enter(line: string): Promise<void> {
    if (line.trim() === "") return;
    if (!isSlashCommand(line)) return session.say(line);
    try {
      const said = await runSlashCommand(line, room);
      if (said === undefined) leaving.abort();
      else view.notice(said);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      view.fault(error.message);
    }
  }

  try {
    const who = names.length === 0 ? "" : ` Agents: ${names.join(", ")}.`;
    view.notice(`${room.key} as ${room.person}.${who} /help lists the commands.`);
    await session.follow();
  } finally {
    screen.close();
  }
  return session.unsent();
}

function completeWord(line: string, names: string[]): [matches: string[], word: string] {
  const word = /\S*$/.exec(line)?.[0] ?? "";
  const all = word === line ? [...names, ...SLASH_COMMANDS] : names;
  const matches = word === "" ? [] : all.filter((name) => name.startsWith(word));
  return [matches.map((name) => `${name} `), word];
}
