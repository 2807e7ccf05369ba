import { createInterface } from "node:readline";
import { AppError } from "../../base/errors.ts";
import { askRoom, awaitTurns } from "./ask-room.ts";
import { decideQuestion, HOW_TO_DECIDE, parseDecision } from "./decide-question.ts";
import type { RoomClient, RoomMessage, RoomTurn } from "../room-client.ts";
import { toSafeText } from "../safe-text.ts";
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
    const decision = parseDecision(line);
    if (decision) {
      await tolerate(write, () => decide(room, decision, write));
      continue;
    }
    if (isSlashCommand(line)) {
      let isLeaving = false;
      await tolerate(write, async () => {
        const said = await runSlashCommand(line, room);
        isLeaving = said === undefined;
        if (said !== undefined) write(toSafeText(said));
      });
      if (isLeaving) return;
      continue;
    }
    const turns = await askRoom(room, line, (reply) => write(formatReply(reply)));
    if (turns.length === 0) write(await explainNobody(room));
    await tellWaiting(room, turns, write);
  }
}

/** Tells what turns wait for, where they wait for a decision. */
async function tellWaiting(
  room: RoomClient,
  turns: readonly RoomTurn[],
  write: (text: string) => void,
): Promise<void> {
  if (turns.every(({ status }) => status !== "WAITING")) return;
  for (const { turnId, agent, question } of await room.questions()) {
    if (!turns.some(({ id }) => id === turnId)) continue;
    write(toSafeText(`${agent.name}: ${question}\n${HOW_TO_DECIDE}`));
  }
}

async function decide(
  room: RoomClient,
  decision: { approve: boolean; number?: number },
  write: (text: string) => void,
): Promise<void> {
  const { turnId } = await decideQuestion(room, decision);
  const turns = await awaitTurns(room, [turnId], (reply) => write(formatReply(reply)));
  await tellWaiting(room, turns, write);
}

/** A command that is refused keeps nobody from the lines after it; a server that is away does. */
async function tolerate(write: (text: string) => void, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof AppError) || error.code === "UNAVAILABLE") throw error;
    write(toSafeText(error.message));
  }
}

/** A reply as one plain text: the agent's name and what it said, made safe for a terminal. */
export function formatReply({ author, text }: RoomMessage): string {
  return toSafeText(`${author.name}: ${text.trimEnd()}`);
}
