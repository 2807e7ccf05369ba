import { pause } from "../../support/until.ts";

/** A clock and a sleep in which time passes many times as fast. */
export function createFastTime(factor = 50) {
  const start = Date.now();
  return {
    clock: { now: () => start + (Date.now() - start) * factor },
    sleep: (ms: number) => pause(ms / factor),
  };
}
