import { pause } from "../../support/until.ts";

/** A clock that only sleeping moves, and a sleep that takes a fraction of its time. */
export function createFastTime(factor = 50) {
  let now = Date.now();
  return {
    clock: { now: () => now },
    async sleep(ms: number) {
      const until = now + ms;
      await pause(ms / factor);
      now = Math.max(now, until);
    },
  };
}
