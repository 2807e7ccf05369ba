import { setTimeout as sleep } from "node:timers/promises";
import type { Asked } from "./interaction-calls.ts";

/**
 * How long after somebody's command or press its answer may be the first thing they get. Later they get
 * a sign first: Discord waits three seconds, the way there and back included. Under full load an answer
 * is ready within a fifth of it.
 */
const PATIENCE_MS = 1000;

/** What is left of the patience with an interaction; where clocks differ, never more than all of it. */
function patienceLeftMs({ createdTimestamp }: Pick<Asked, "createdTimestamp">): number {
  return Math.min(PATIENCE_MS, PATIENCE_MS - (Date.now() - createdTimestamp));
}

/** Resolves once there is no patience left with an interaction. */
export async function untilLate(asked: Pick<Asked, "createdTimestamp">): Promise<void> {
  await sleep(Math.max(0, patienceLeftMs(asked)), undefined, { ref: false });
}

/** Whether an interaction was acknowledged before its answer was ready, and by whom. */
export type Acknowledged = "no" | "here" | "elsewhere";

/**
 * Does what an interaction asks for, and acknowledges it meanwhile where that takes long; before it is
 * begun, where the interaction comes so late that Discord may refuse every answer. `defer` answers false
 * where it was acknowledged already.
 */
export async function answerSoon<T>(
  asked: Pick<Asked, "createdTimestamp">,
  { work, defer }: { work: () => Promise<T>; defer: () => Promise<boolean> },
): Promise<{ answer: T; acknowledged: Acknowledged }> {
  const acknowledge = async () => ((await defer()) ? "here" : "elsewhere");
  const leftMs = patienceLeftMs(asked);
  if (leftMs <= 0) {
    const acknowledged = await acknowledge();
    return { answer: await work(), acknowledged };
  }
  const answered = new AbortController();
  const working = work().finally(() => answered.abort());
  const isLate = await sleep(leftMs, true, { signal: answered.signal }).catch(() => false);
  if (!isLate) return { answer: await working, acknowledged: "no" };
  const [acknowledged, answer] = await Promise.all([acknowledge(), working]);
  return { answer, acknowledged };
}
