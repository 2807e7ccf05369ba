import type { Command } from "commander";
import { AppError } from "../../base/errors.ts";
import { askRoom } from "../talk/ask-room.ts";
import { formatReply } from "../talk/chat-in-pipe.ts";
import type { RoomClient, RoomQuestion, RoomTurn } from "../room-client.ts";
import { toSafeText } from "../safe-text.ts";
import { explainNobody } from "../talk/slash-command.ts";
import { enterRoom, withRoomOptions } from "./room-options.ts";

async function questionsOf(room: RoomClient, turns: readonly RoomTurn[]): Promise<RoomQuestion[]> {
  if (turns.every(({ status }) => status !== "WAITING")) return [];
  const questions = await room.questions();
  return questions.filter(({ turnId }) => turns.some(({ id }) => id === turnId));
}

export function addSend(program: Command): void {
  withRoomOptions(program.command("send <text...>"))
    .description("send one message, wait for the answer and print it")
    .action(async (words: string[], options: { url?: string; room: string; as: string }) => {
      const room = await enterRoom(options);
      const turns = await askRoom(room, words.join(" "), (reply) =>
        console.log(formatReply(reply)),
      );
      if (turns.length === 0) throw new AppError("INVALID", await explainNobody(room));
      for (const { id, agent, question } of await questionsOf(room, turns)) {
        console.log(toSafeText(`${agent.name}: ${question}`));
        console.log(`Decide it with troupe approvals approve ${id}, or decline.`);
      }
      if (turns.some(({ status }) => status === "FAILED")) process.exitCode = 1;
    });
}
