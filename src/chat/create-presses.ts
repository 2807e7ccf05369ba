import type { EntityManager } from "@mikro-orm/sql";
import type { Clock } from "../base/clock.ts";
import { AppError } from "../base/errors.ts";
import type { JobQueue } from "../queue/job-queue.ts";
import type { ChatPlatforms } from "../rooms/chat-platform.ts";
import type { Press, Presses } from "../rooms/presses.ts";
import type { RoomDirectory } from "../rooms/room-directory.ts";
import type { Sql } from "../store/sql.ts";
import { decideApproval } from "../turns/approvals/decide-approval.ts";
import { pressFeedback } from "../turns/feedback/press-feedback.ts";

type Scope = {
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

/** What the buttons of all platforms do. */
export function createPresses(scope: Scope): Presses {
  async function act(press: Press): Promise<string | undefined> {
    const { roomKey, messageId, person, button } = press;
    const room = await scope.directory.find(roomKey);
    if (!room) return GONE;
    const { externalId, name } = person;
    const personId = await scope.directory.person(room.workspaceId, externalId, name);
    if (button.kind === "feedback") {
      const answer = { roomKey, externalId: messageId };
      const given = { clickId: press.id, personId, verdict: button.verdict };
      const wish = await pressFeedback(scope, answer, given);
      return wish === undefined ? GONE : THANKS[wish];
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

  return {
    async press(press) {
      try {
        return await act(press);
      } catch (error) {
        if (error instanceof AppError) return error.message;
        throw error;
      }
    },
  };
}
