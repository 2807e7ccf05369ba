import { AppError } from "../../base/errors.ts";
import type { RoomClient, RoomQuestion } from "../room-client.ts";

type Room = Pick<RoomClient, "questions" | "decide">;

const COMMAND = /^\/(approve|decline)(?: (\d+))?$/i;

/** What `/approve`, `/decline` and their numbers mean; undefined for any other line. */
export function parseDecision(line: string): { approve: boolean; number?: number } | undefined {
  const [, word, number] = COMMAND.exec(line.trim()) ?? [];
  if (word === undefined) return undefined;
  return {
    approve: word.toLowerCase() === "approve",
    ...(number !== undefined && { number: Number(number) }),
  };
}

/** Decides the one question that waits in the room, or the one of that number in their list. */
export async function decideQuestion(
  room: Room,
  { approve, number }: { approve: boolean; number?: number },
): Promise<RoomQuestion> {
  const questions = await room.questions();
  if (questions.length === 0) {
    throw new AppError("NOT_FOUND", "Nothing in this room waits for a decision.");
  }
  if (number === undefined && questions.length > 1) {
    throw new AppError(
      "INVALID",
      `Several wait. Say which, as in /approve 1:\n${listQuestions(questions)}`,
    );
  }
  const question = questions[(number ?? 1) - 1];
  if (!question) throw new AppError("NOT_FOUND", `There are only ${questions.length} questions.`);
  return room.decide(question.id, approve);
}

/** The questions that wait, numbered as `/approve` takes them. */
export function listQuestions(questions: RoomQuestion[]): string {
  return questions.map(({ agent, action }, i) => `${i + 1}  ${agent.name}: ${action}`).join("\n");
}

export const HOW_TO_DECIDE = "/approve or /decline decides it.";
