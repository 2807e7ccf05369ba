const MOST_ATTEMPTS = 5;
const DEADLOCK = "40P01";

/** Claims take several conversations at once, and not in a statement's order: where both wait, one begins anew. */
export async function insist<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      const isDeadlock = (error as { code?: unknown }).code === DEADLOCK;
      if (!isDeadlock || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}
