/** A little less than a test's time, so that what was waited for is told. */
const PATIENCE_MS = 110_000;

/** Waits until `check` holds; the test's own timeout is the limit. */
export async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await check())) {
    await pause(5);
  }
}

/** Waits until `check` throws no more, and resolves to its answer; rejects with its last error. */
export async function untilPasses<T>(check: () => T | Promise<T>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await pause(5);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
