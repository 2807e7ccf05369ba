import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../base/errors.ts";

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;

/** Waits longer after each failure, up to five seconds, so that many clients do not return at once. */
export type BackOff = {
  /** Resolves when the next attempt is due; rejects where `signal` is aborted. */
  wait(signal: AbortSignal): Promise<void>;
  reset(): void;
};

export function createBackOff(): BackOff {
  let failures = 0;
  return {
    async wait(signal) {
      const waitMs = Math.min(FIRST_WAIT_MS * 2 ** failures++, LONGEST_WAIT_MS);
      await sleep(waitMs * (0.5 + Math.random() / 2), undefined, { signal });
    },
    reset() {
      failures = 0;
    },
  };
}

/** Whether the server was away or busy, so that trying again may help. */
export function isAway(error: unknown): error is AppError {
  return error instanceof AppError && (error.code === "UNAVAILABLE" || error.code === "CONFLICT");
}

/**
 * Repeats a call that is safe to repeat until the server answers it. `onAway` is called before each
 * wait and may throw to give up.
 */
export async function retryWhileAway<T>(
  call: () => Promise<T>,
  { signal, onAway }: { signal: AbortSignal; onAway: (error: AppError) => void },
): Promise<T> {
  const backOff = createBackOff();
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isAway(error)) throw error;
      onAway(error);
      await backOff.wait(signal);
    }
  }
}
