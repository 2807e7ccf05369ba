import type { Clock } from "../../../base/clock.ts";

/** When to send in which channel, for all sends of a process. */
export type ChannelPace = {
  /** Waits for the channel's next free slot; slots are given in the order of asking. */
  slot(channel: string): Promise<void>;
  /** A slot now, if that takes none from those who must send; what is a draft can be left out. */
  spareSlot(channel: string): boolean;
  /** Slack asked to be left alone in the channel for a while. */
  pause(channel: string, ms: number): void;
};

export type Sleep = (ms: number) => Promise<void>;

type Lane = { nextAt: number; pausedUntil: number };

// Slack allows about a message a second in a channel and short bursts.
const INTERVAL_MS = 1000;
const BURST = 10;
const KEPT_FOR_FINALS = 6;
// Edits count for the whole workspace: about 50 a minute.
const EDIT_INTERVAL_MS = 1200;
const EDIT_BURST = 20;
const MOST_LANES = 5000;

/** A token bucket for each channel, and one for the drafts of all of them. */
export function createChannelPace({ clock, sleep }: { clock: Clock; sleep: Sleep }): ChannelPace {
  const lanes = new Map<string, Lane>();
  let nextEditAt = 0;

  function laneOf(channel: string): Lane {
    const lane = lanes.get(channel) ?? { nextAt: 0, pausedUntil: 0 };
    if (lanes.size > MOST_LANES) forgetIdle();
    lanes.set(channel, lane);
    return lane;
  }

  function forgetIdle(): void {
    const now = clock.now();
    for (const [channel, { nextAt, pausedUntil }] of lanes) {
      if (nextAt < now && pausedUntil < now) lanes.delete(channel);
    }
  }

  return {
    async slot(channel) {
      const lane = laneOf(channel);
      lane.nextAt = Math.max(lane.nextAt, clock.now()) + INTERVAL_MS;
      const at = lane.nextAt - BURST * INTERVAL_MS;
      for (;;) {
        const waitMs = Math.max(at, lane.pausedUntil) - clock.now();
        if (waitMs <= 0) return;
        await sleep(waitMs);
      }
    },
    spareSlot(channel) {
      const lane = laneOf(channel);
      const now = clock.now();
      const laneAt = Math.max(lane.nextAt, now) + INTERVAL_MS;
      const editAt = Math.max(nextEditAt, now) + EDIT_INTERVAL_MS;
      const isFree =
        lane.pausedUntil <= now &&
        laneAt - (BURST - KEPT_FOR_FINALS) * INTERVAL_MS <= now &&
        editAt - EDIT_BURST * EDIT_INTERVAL_MS <= now;
      if (!isFree) return false;
      lane.nextAt = laneAt;
      nextEditAt = editAt;
      return true;
    },
    pause(channel, ms) {
      const lane = laneOf(channel);
      lane.pausedUntil = Math.max(lane.pausedUntil, clock.now() + ms);
    },
  };
}
