import { AppError } from "../../base/errors.ts";
import type { ClaimedTurn } from "../lane/claimed-turn.ts";
import type { TurnResult } from "../finish-turn.ts";
import type { Journal } from "../journal/journal.ts";
import type { Delivery } from "./open-delivery.ts";
import { tellRefused } from "./tell-refused.ts";
import type { TurnScope } from "../turn-scope.ts";

type Answered = Omit<TurnResult, "responseMs">;

/**
 * Makes the answer visible. In a console room that is its record; elsewhere the platform posts it while
 * the journal is made durable, so that a crash before the turn's end pays for no second answer. Where
 * another worker may have taken the turn over, the journal comes first: its fence tells. A platform that
 * refuses for good ends the turn as failed, with the reason; one that may come back is tried again.
 */
export async function deliver(
  scope: TurnScope,
  context: {
    turn: ClaimedTurn;
    journal: Journal;
    delivery: Delivery | undefined;
    /** Why nothing can be posted there; then it is not tried. */
    closed: string | undefined;
  },
  answered: Answered & { text: string },
): Promise<Answered> {
  const { turn, journal, delivery, closed } = context;
  if (!delivery) {
    journal.add({ kind: "deliver", name: "console", status: "done", durationMs: 0 });
    return answered;
  }
  const startedAt = scope.clock.now();
  const { platform, address, draft } = delivery;
  const feedbackButtons = delivery.feedbackButtons && answered.status === "done";
  const note = (status: "done" | "failed", output: object) => {
    const durationMs = scope.clock.now() - startedAt;
    journal.add({ kind: "deliver", name: platform.platform, status, durationMs, output });
  };
  const giveUp = (reason: string): Answered => {
    note("failed", { reason });
    return { ...answered, status: "failed", text: null, reason };
  };
  if (closed !== undefined) return giveUp(closed);
  const written = journal.confirm();
  if (!turn.undisturbed()) await written;
  written.catch(() => undefined);
  try {
    if (answered.forAskerAlone && (await platform.tellAlone(address, answered.text))) {
      await draft.retract();
      await written;
      note("done", { toldAlone: answered.text });
      return { ...answered, text: null };
    }
    const externalIds = await draft.finish(answered.text, { feedbackButtons });
    await written;
    note("done", { externalIds });
    return { ...answered, externalIds };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === "UNAVAILABLE" && turn.attempts < MOST_DELIVERY_ATTEMPTS) throw error;
    // Where the room itself is gone, so is the question.
    if (error.code !== "NOT_FOUND") tellRefused(scope, delivery, error.message);
    return giveUp(error.message);
  } finally {
    platform.showStatus(address, "");
  }
}

const MOST_DELIVERY_ATTEMPTS = 10;
