import { endsWithin } from "../../../base/ends-within.ts";

/** Runs work of one channel one after another, and of different channels side by side. */
export type ChannelLanes = {
  /** Of the work that waits in a channel the one with the lowest `at` comes first. */
  run(channel: string, at: number, work: () => Promise<void>): Promise<void>;
};

type Waiting = { at: number; start: () => Promise<void> };

// Work that hangs holds its channel up for so long.
const MOST_WAIT_MS = 20_000;

export function createChannelLanes(): ChannelLanes {
  const lanes = new Map<string, Waiting[]>();

  async function drain(channel: string, waiting: Waiting[]): Promise<void> {
    while (waiting.length > 0) {
      const first = waiting.reduce((earliest, each) => (each.at < earliest.at ? each : earliest));
      waiting.splice(waiting.indexOf(first), 1);
      const ended = first.start().catch(() => undefined);
      await endsWithin(MOST_WAIT_MS, ended);
    }
    lanes.delete(channel);
  }

  return {
    run(channel, at, work) {
      return new Promise((settle, reject) => {
        const start = async () => {
          const working = work();
          working.then(settle, reject);
          await working;
        };
        const waiting = lanes.get(channel);
        if (waiting) {
          waiting.push({ at, start });
          return;
        }
        const lane = [{ at, start }];
        lanes.set(channel, lane);
        void drain(channel, lane);
      });
    },
  };
}
