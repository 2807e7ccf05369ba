import { AppError } from "../base/errors.ts";
import type { ClaimedTurn } from "./claimed-turn.ts";
import type { TurnResult } from "./finish-turn.ts";
import type { Journal } from "./journal.ts";
import type { Delivery } from "./open-delivery.ts";
import type { TurnScope } from "./turn-scope.ts";

type Answered = Omit<TurnResult, "responseMs">;

/**
 * Makes the answer visible. In a console room that is its record; elsewhere the platform posts it,
 * after the journal is durable, so that a crash in between pays for no second answer. A platform that
 * refuses for good ends the turn as failed, with the reason; one that may come back is tried again.
 */
export async function deliver(
  scope: TurnScope,
  context: { turn: ClaimedTurn; journal: Journal; delivery: Delivery | undefined },
  answered: Answered & { text: string },
): Promise<Answered> {
  const { turn, journal, delivery } = context;
  if (!delivery) {
    journal.add({ kind: "deliver", name: "console", status: "done", durationMs: 0 });
    return answered;
  }
  const startedAt = scope.clock.now();
  const { platform, address, draft } = delivery;
  await journal.write();
  try {
    const externalIds = await draft.finish(answered.text);
    journal.add({
      kind: "deliver",
      name: platform.platform,
      status: "done",
      durationMs: scope.clock.now() - startedAt,
      output: { externalIds },
    });
    return { ...answered, externalIds };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === "UNAVAILABLE" && turn.attempts < MOST_DELIVERY_ATTEMPTS) throw error;
    journal.add({
      kind: "deliver",
      name: platform.platform,
      status: "failed",
      durationMs: scope.clock.now() - startedAt,
      output: { reason: error.message },
    });
    return { ...answered, status: "failed", text: null, reason: error.message };
  } finally {
    platform.showStatus(address, "");
  }
}

const MOST_DELIVERY_ATTEMPTS = 10;
