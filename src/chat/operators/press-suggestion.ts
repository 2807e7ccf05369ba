import { AppError } from "../../base/errors.ts";
import {
  approveImprovement,
  dismissImprovement,
} from "../../behaviors/improvement/decide-improvement.ts";
import type { JobQueue } from "../../queue/job-queue.ts";
import type { Button, Press } from "../../rooms/presses.ts";
import { statement } from "../../store/sql.ts";
import { closeSuggestions } from "./close-suggestions.ts";
import { isOperator, toActor } from "./operator.ts";
import type { TellingScope } from "./tell-operators.ts";

const NOTE_PLACE = statement(
  "note_suggestion_place",
  `update notice set external_id = coalesce(external_id, $2), told_at = coalesce(told_at, $3)
   where id = $1 and kind = 'improvement_suggested' and closed_at is null`,
);

type Scope = TellingScope & { queue: JobQueue; operators: ReadonlySet<string> };

/**
 * Approves or dismisses a suggestion for a listed operator; anybody else is `FORBIDDEN`, wherever the
 * button came from. The first decision counts: a later one is a `CONFLICT`.
 */
export async function pressSuggestion(
  scope: Scope,
  press: Pick<Press, "roomKey" | "person" | "messageId">,
  { improvementId, approve }: Extract<Button, { kind: "improvement" }>,
): Promise<void> {
  if (!isOperator(scope.operators, press)) {
    throw new AppError("FORBIDDEN", "Only listed operators decide this.");
  }
  // A process may have died after it posted the message and before it noted where.
  const now = new Date(scope.clock.now()).toISOString();
  await scope.sql.rows(NOTE_PLACE, [improvementId, press.messageId, now]);
  const own = { em: scope.em(), queue: scope.queue, clock: scope.clock };
  const by = toActor(press);
  if (approve) await approveImprovement(own, improvementId, by);
  else await dismissImprovement(own, improvementId, { by });
  // Where it fails, the next look tries again.
  void closeSuggestions(scope).catch(() => undefined);
}
