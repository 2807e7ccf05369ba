/** The time limit of one call, joined with the caller's own signal. */
export type Deadline = {
  /** Aborted by the caller or by the passing of the time, whichever comes first. */
  readonly signal: AbortSignal;
  /** True where the time ran out, false where the caller cancelled. */
  readonly passed: boolean;
  /** Stops the timer and lets go of the caller's signal. */
  close(): void;
};

/**
 * An own controller instead of `AbortSignal.any`: the caller's signal may live as long as the
 * process, and what is attached to it here is taken off again by `close`.
 */
export function startDeadline(signal: AbortSignal, timeoutMs: number): Deadline {
  const controller = new AbortController();
  let passed = false;
  const cancel = () => controller.abort();
  const timer = setTimeout(() => {
    passed = true;
    controller.abort();
  }, timeoutMs);
  if (signal.aborted) cancel();
  else signal.addEventListener("abort", cancel, { once: true });
  return {
    signal: controller.signal,
    get passed() {
      return passed;
    },
    close() {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
    },
  };
}
