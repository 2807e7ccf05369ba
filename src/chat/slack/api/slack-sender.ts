import type { Clock } from "../../../base/clock.ts";
import { AppError } from "../../../base/errors.ts";
import type { ChannelPace, Sleep } from "./channel-pace.ts";
import type { SlackAnswer, SlackApi, SlackOutcome } from "./slack-api.ts";
import { toSlackError } from "./slack-error.ts";

/** A call that is settled: done, or refused for good. */
export type Settled = Extract<SlackOutcome, { kind: "done" | "refused" }>;

type Call = { channel: string; method: string; args: Record<string, unknown> };

/** Makes calls until they are settled: waits out rate limits, tries passing faults again. */
export type SlackSender = {
  /**
   * A call that may be repeated. Rejects with `UNAVAILABLE` where Slack does not settle it in time.
   */
  settle(call: Call): Promise<Settled>;
  /**
   * A call that must not be done twice: where its outcome is unknown, `find` says whether it was
   * done, before it is made again.
   */
  settleOnce(call: Call, find: () => Promise<SlackAnswer | undefined>): Promise<Settled>;
  /** The answer of a call that may be repeated; a refusal is an `AppError`. */
  require(call: Call): Promise<SlackAnswer>;
};

const MOST_ATTEMPTS = 6;
const LONGEST_LIMIT_MS = 180_000;
const FIRST_PAUSE_MS = 500;

type Parts = { api: SlackApi; pace: ChannelPace; clock: Clock; sleep: Sleep };

export function createSlackSender({ api, pace, clock, sleep }: Parts): SlackSender {
  async function run(
    { channel, method, args }: Call,
    find: () => Promise<SlackAnswer | undefined>,
  ): Promise<Settled> {
    const startedAt = clock.now();
    let reason = "";
    for (let attempt = 0; attempt < MOST_ATTEMPTS;) {
      await pace.slot(channel);
      const outcome = await api(method, args);
      if (outcome.kind === "done" || outcome.kind === "refused") return outcome;
      if (outcome.kind === "limited") {
        const { retryAfterMs } = outcome;
        pace.pause(channel, retryAfterMs);
        reason = "Slack limits how often the app may write";
        if (clock.now() - startedAt + retryAfterMs > LONGEST_LIMIT_MS) break;
        continue;
      }
      ({ reason } = outcome);
      // What was sent may still be under way; looking too soon would not find it.
      await sleep(FIRST_PAUSE_MS * 2 ** attempt++);
      const answer = await find();
      if (answer) return { kind: "done", answer };
    }
    throw new AppError("UNAVAILABLE", `Slack does not take ${method} now (${reason}).`);
  }

  const settle = (call: Call) => run(call, async () => undefined);
  return {
    settle,
    settleOnce: run,
    async require(call) {
      const outcome = await settle(call);
      if (outcome.kind === "refused") throw toSlackError(call.method, outcome.error);
      return outcome.answer;
    },
  };
}
