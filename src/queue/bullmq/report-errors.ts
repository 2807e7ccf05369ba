import type { Log } from "../../base/log.ts";
import { toReason } from "../reason.ts";

const REPEAT_AFTER_MS = 10_000;

/**
 * Logs what the queue's connections report, the same message at most every ten seconds: one outage
 * makes every connection repeat itself.
 */
export function createErrorReporter(log: Log): (error: unknown) => void {
  const lastLogged = new Map<string, number>();
  return (error) => {
    const message = toReason(error);
    const now = performance.now();
    if (now - (lastLogged.get(message) ?? -Infinity) < REPEAT_AFTER_MS) return;
    if (lastLogged.size > 100) lastLogged.clear();
    lastLogged.set(message, now);
    log.warn({ error: message }, "queue: the database reported an error; it is tried again");
  };
}
