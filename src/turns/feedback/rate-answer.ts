import type { EntityManager } from "@mikro-orm/sql";
import type { Clock } from "../../base/clock.ts";
import { AppError } from "../../base/errors.ts";
import { isId } from "../../base/ids.ts";
import { findSomebody, type Somebody } from "../../rooms/people/find-somebody.ts";
import type { RoomDirectory } from "../../rooms/room-directory.ts";
import { VERDICTS, type Verdict } from "./feedback.ts";
import { recordFeedback, withdrawFeedback } from "./record-feedback.ts";

export type Rating = {
  person: Somebody;
  /** Null takes back whatever the person said before. */
  verdict: Verdict | null;
  reason?: string | undefined;
};

/** What a person thinks of a turn's answer, for doors without reactions. Without an answer `NOT_FOUND`. */
export async function rateAnswer(
  scope: { em: () => EntityManager; clock: Clock; directory: RoomDirectory },
  turnId: string,
  { person, verdict, reason }: Rating,
): Promise<void> {
  const em = scope.em();
  const roomKey = await findRoomKey(em, turnId);
  const personId = await findSomebody({ em, directory: scope.directory }, roomKey, person);
  if (verdict === null) {
    for (const said of VERDICTS)
      await withdrawFeedback(scope, { turnId }, { personId, verdict: said });
    return;
  }
  if (!(await recordFeedback(scope, { turnId }, { personId, verdict, reason }))) {
    throw new AppError("NOT_FOUND", `The turn ${turnId} has no answer to judge yet.`);
  }
}

async function findRoomKey(em: EntityManager, turnId: string): Promise<string> {
  const [row] = isId(turnId)
    ? await em.execute<{ key: string }[]>(
        `select r.key from turn t join conversation c on c.id = t.conversation_id
         join room r on r.id = c.room_id where t.id = ?`,
        [turnId],
      )
    : [];
  if (row) return row.key;
  throw new AppError("NOT_FOUND", `There is no turn ${turnId.slice(0, 60)}.`);
}
