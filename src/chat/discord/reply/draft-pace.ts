import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../../../base/clock.ts";

/** When drafts may be edited, so that they leave the channel's rate limit to whole replies. */
export type DraftPace = {
  /** Waits for the draft's turn; false where it was stopped meanwhile. */
  turn(
    channel: string,
    sinceLastMs: { at: number; gapMs: number },
    stop: AbortSignal,
  ): Promise<boolean>;
  /** Runs the posting of a whole reply; the channel's drafts wait until it is through. */
  first<T>(channel: string, finish: () => Promise<T>): Promise<T>;
};

type Lane = { nextAt: number; finishing: number };

// Discord allows about five edits in five seconds in a channel.
const INTERVAL_MS = 1100;
const MOST_LANES = 5000;

export function createDraftPace(clock: Clock): DraftPace {
  const lanes = new Map<string, Lane>();

  function laneOf(channel: string): Lane {
    const lane = lanes.get(channel) ?? { nextAt: 0, finishing: 0 };
    if (lanes.size >= MOST_LANES) forgetIdle();
    lanes.set(channel, lane);
    return lane;
  }

  function forgetIdle(): void {
    for (const [channel, { nextAt, finishing }] of lanes) {
      if (finishing === 0 && nextAt < clock.now()) lanes.delete(channel);
    }
  }

  return {
    async turn(channel, { at, gapMs }, stop) {
      const lane = laneOf(channel);
      while (!stop.aborted) {
        const readyAt = Math.max(at + gapMs, lane.nextAt);
        const waitMs = lane.finishing > 0 ? INTERVAL_MS : readyAt - clock.now();
        if (waitMs <= 0) {
          lane.nextAt = clock.now() + INTERVAL_MS;
          return true;
        }
        await sleep(waitMs, undefined, { signal: stop }).catch(() => undefined);
      }
      return false;
    },
    async first(channel, finish) {
      const lane = laneOf(channel);
      lane.finishing += 1;
      try {
        return await finish();
      } finally {
        lane.finishing -= 1;
      }
    },
  };
}
