/**
 * Tries something that must be done before a delay is over, and answers the name of the trial in which it
 * was. A process that was held up for longer than the delay shows nothing: it tries again, with more time.
 */
export async function tryInTime(
  attempt: (trial: string, delayMs: number, isLate: () => boolean) => Promise<void>,
): Promise<string> {
  for (let [n, delayMs] = [1, 1_000]; ; [n, delayMs] = [n + 1, 3 * delayMs]) {
    const startedAt = performance.now();
    const isLate = () => performance.now() - startedAt >= delayMs;
    await attempt(`trial-${n}`, delayMs, isLate);
    if (!isLate()) return `trial-${n}`;
  }
}
