import type { Clock } from "../../../base/clock.ts";

/** What is shown of an answer before it is whole; each kind has a limit of its own in a workspace. */
type DraftKind = keyof typeof DRAFTS;

/** When to send in which channel, for all sends of a process. */
export type ChannelPace = {
  /** Waits for the channel's next free slot; slots are given in the order of asking. */
  slot(channel: string): Promise<void>;
  /** A slot now, if that takes none from those who must send; what is a draft can be left out. */
  spareSlot(channel: string, kind: DraftKind): boolean;
  /** Slack asked to be left alone in the channel for a while. */
  pause(channel: string, ms: number): void;
  /** Slack takes no more drafts of this kind for a while, anywhere in the workspace. */
  rest(kind: DraftKind, ms: number): void;
};

export type Sleep = (ms: number) => Promise<void>;

type Lane = { nextAt: number; pausedUntil: number };

// Slack allows about a message a second in a channel and short bursts.
const INTERVAL_MS = 1000;
const BURST = 10;
const KEPT_FOR_FINALS = 6;
const DRAFTS = {
  // chat.update, Tier 3: about 50 a minute.
  edit: { intervalMs: 1200, burst: 20, isWrite: true },
  // chat.startStream, Tier 2: about 20 a minute. Each costs a stopStream, which is as scarce.
  start: { intervalMs: 3000, burst: 6, isWrite: true },
  // chat.appendStream, Tier 4: about 100 a minute. It adds to a message that is there.
  append: { intervalMs: 600, burst: 30, isWrite: false },
} as const;
const MOST_LANES = 5000;

/** A token bucket for each channel, and one for each kind of draft in all of them. */
export function createChannelPace({ clock, sleep }: { clock: Clock; sleep: Sleep }): ChannelPace {
  const lanes = new Map<string, Lane>();
  const nextAt: Record<DraftKind, number> = { edit: 0, start: 0, append: 0 };

  function laneOf(channel: string): Lane {
    const lane = lanes.get(channel) ?? { nextAt: 0, pausedUntil: 0 };
    if (lanes.size > MOST_LANES) forgetIdle();
    lanes.set(channel, lane);
    return lane;
  }

  function forgetIdle(): void {
    const now = clock.now();
    for (const [channel, lane] of lanes) {
      if (lane.nextAt < now && lane.pausedUntil < now) lanes.delete(channel);
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
    spareSlot(channel, kind) {
      const { intervalMs, burst, isWrite } = DRAFTS[kind];
      const lane = laneOf(channel);
      const now = clock.now();
      const laneAt = isWrite ? Math.max(lane.nextAt, now) + INTERVAL_MS : lane.nextAt;
      const draftAt = Math.max(nextAt[kind], now) + intervalMs;
      const isFree =
        lane.pausedUntil <= now &&
        (!isWrite || laneAt - (BURST - KEPT_FOR_FINALS) * INTERVAL_MS <= now) &&
        draftAt - burst * intervalMs <= now;
      if (!isFree) return false;
      lane.nextAt = laneAt;
      nextAt[kind] = draftAt;
      return true;
    },
    pause(channel, ms) {
      const lane = laneOf(channel);
      lane.pausedUntil = Math.max(lane.pausedUntil, clock.now() + ms);
    },
    rest(kind, ms) {
      const { intervalMs, burst } = DRAFTS[kind];
      nextAt[kind] = Math.max(nextAt[kind], clock.now() + ms + (burst - 1) * intervalMs);
    },
  };
}
