import { createInterface } from "node:readline";
import { askRoom } from "./ask-room.ts";
import type { RoomClient, RoomMessage } from "./room-client.ts";
import { toSafeText } from "./safe-text.ts";
import { explainNobody, isSlashCommand, runSlashCommand } from "./slash-command.ts";

/**
 * Sends each line of `input`, waits for its answers, and writes them as `Name: text`, until the
 * input ends or says /quit. Errors are those of `askRoom`.
 */
export async function chatInPipe(
  room: RoomClient,
  input: NodeJS.ReadableStream,
  write: (text: string) => void,
): Promise<void> {
  // An empty input still tells whether the server is there.
  await room.lastMessages(1);
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (line.trim() === "") continue;
    if (isSlashCommand(line)) {
      const said = await runSlashCommand(line, room);
      if (said === undefined) return;
      write(toSafeText(said));
      continue;
    }
    const turns = await askRoom(room, line, (reply) => write(formatReply(reply)));
    if (turns.length === 0) write(await explainNobody(room));
  }
}

/** A reply as one plain text: the agent's name and what it said, made safe for a terminal. */
export function formatReply({ author, text }: RoomMessage): string {
  return toSafeText(`${author.name}: ${text.trimEnd()}`);
}
