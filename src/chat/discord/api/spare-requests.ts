import type { Clock } from "../../../base/clock.ts";

/** Counts requests, and says whether there is room for one that can be left out. */
export type SpareRequests = { count(): void; isSpare(): boolean };

// Discord allows a bot 50 requests a second in all; whoever must post shall not wait for a typing sign.
const MOST_PER_SECOND = 20;

export function createSpareRequests(clock: Clock): SpareRequests {
  let second = 0;
  let requests = 0;

  function now(): void {
    const current = Math.floor(clock.now() / 1000);
    if (current === second) return;
    // A full second before leaves nothing to spare at the start of the next one.
    requests = current === second + 1 && requests > MOST_PER_SECOND ? MOST_PER_SECOND : 0;
    second = current;
  }

  return {
    count() {
      now();
      requests += 1;
    },
    isSpare() {
      now();
      return requests < MOST_PER_SECOND;
    },
  };
}
