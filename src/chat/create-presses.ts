import type { EntityManager } from "@mikro-orm/sql";
import type { Clock } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { JobQueue } from "../queue/job-queue.ts";
import type { ChatPlatforms } from "../rooms/platform/chat-platform.ts";
import type { Explanation, Press, Presses, Told } from "../rooms/platform/presses.ts";
import type { RoomDirectory } from "../rooms/room-directory.ts";
import { pressSuggestion } from "./operators/press-suggestion.ts";
import type { Sql } from "../store/sql.ts";
import { decideApproval } from "../turns/approvals/decide-approval.ts";
import { explainVerdict } from "../turns/feedback/explain-verdict.ts";
import { pressFeedback } from "../turns/feedback/press-feedback.ts";

type Scope = {
  log: Log;
  operators: ReadonlySet<string>;
  em: () => EntityManager;
  sql: Sql;
  queue: JobQueue;
  clock: Clock;
  directory: RoomDirectory;
  platforms: ChatPlatforms;
};

const GONE = "I do not know this message any more.";
const THANKS = {
  good: "Thanks, noted as good. Press again to take it back.",
  bad: "Thanks, noted as bad. Press again to take it back.",
  none: "Taken back.",
} as const;
const EXPLAINED = "Thanks, that helps.";
const NOT_BAD =
  "Your 👎 has been taken back meanwhile, so there is nothing to explain. Press it again.";

/** What the buttons of all platforms do. */
export function createPresses(scope: Scope): Presses {
  async function findPerson({ roomKey, person }: Pick<Press, "roomKey" | "person">) {
    const room = await scope.directory.find(roomKey);
    const { externalId, name } = person;
    return room && scope.directory.person(room.workspaceId, externalId, name);
  }

  async function act(press: Press): Promise<Told | undefined> {
    const { roomKey, messageId, button } = press;
    if (button.kind === "improvement") {
      await pressSuggestion(scope, press, button);
      return undefined;
    }
    const personId = await findPerson(press);
    if (personId === undefined) return { words: GONE };
    if (button.kind === "feedback") {
      const answer = { roomKey, externalId: messageId };
      const given = { clickId: press.id, personId, verdict: button.verdict };
      const wish = await pressFeedback(scope, answer, given);
      if (wish === undefined) return { words: GONE };
      return { words: THANKS[wish], ...(wish === "bad" && { mayExplain: true }) };
    }
    const { approvalId, approve } = button;
    const by = { personId };
    await decideApproval({ ...scope, em: scope.em() }, approvalId, {
      approve,
      by,
      externalId: messageId,
    });
    return undefined;
  }

  async function explain({ messageId, reason, ...by }: Explanation): Promise<string> {
    const personId = await findPerson(by);
    if (personId === undefined) return GONE;
    const answer = { roomKey: by.roomKey, externalId: messageId };
    return (await explainVerdict(scope, answer, { personId, reason })) ? EXPLAINED : NOT_BAD;
  }

  return {
    press: (press) => act(press).catch((error: unknown) => ({ words: toWords(error) })),
    explain: (explanation) => explain(explanation).catch(toWords),
  };
}

function toWords(error: unknown): string {
  if (error instanceof AppError) return error.message;
  throw error;
}
