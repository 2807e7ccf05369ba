import type { Clock } from "../../src/base/clock.ts";

export type TestClock = Clock & { set(iso: string): void; advance(ms: number): void };

/** A clock that stands still until it is told otherwise. */
export function createTestClock(iso = "2026-03-10T10:30:00Z"): TestClock {
  let nowMs = Date.parse(iso);
  return {
    now: () => nowMs,
    set(time) {
      nowMs = Date.parse(time);
    },
    advance(ms) {
      nowMs += ms;
    },
  };
}
