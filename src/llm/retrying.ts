import { setTimeout as delay } from "node:timers/promises";
import { systemClock, type Clock } from "../base/clock.ts";
import { modelError } from "./errors.ts";
import type {
  LanguageModel,
  ModelError,
  ModelEvent,
  ModelRequest,
  ModelUsage,
} from "./language-model.ts";
import { addUsage, NO_USAGE } from "./usage.ts";

export type RetryOptions = {
  clock?: Clock;
  /** Waits; rejects when the signal aborts. */
  sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** Between 0 and 1. */
  random?: () => number;
  /** Attempts in all, the first included. */
  attempts?: number;
};

const ATTEMPTS = 3;
const BASE_WAIT_MS = 500;
const MAX_WAIT_MS = 30_000;

/**
 * A model that calls again where a failure may pass and nothing was delivered yet. It waits with full
 * jitter, or as long as the provider asks for; a wait of more than 30 s, or past the request's
 * deadline, is not waited for: the failure is handed on, so that the caller can take another model.
 * The usage of failed attempts is part of the last event's usage.
 */
export function withRetries(model: LanguageModel, options: RetryOptions = {}): LanguageModel {
  const { clock = systemClock, sleep = sleepFor, random = Math.random } = options;
  const attempts = options.attempts ?? ATTEMPTS;

  async function* stream(
    request: ModelRequest,
    signal: AbortSignal,
  ): AsyncGenerator<ModelEvent, void, undefined> {
    const deadline = clock.now() + request.timeoutMs;
    let usage: ModelUsage = NO_USAGE;
    for (let attempt = 1; ; attempt += 1) {
      const timeoutMs = Math.max(1, deadline - clock.now());
      const outcome = yield* tryOnce(model, { ...request, timeoutMs }, signal, usage);
      if (!outcome) return;
      usage = outcome.failed.usage;
      const waitMs = waitBefore(outcome.failed.error, attempt, random);
      const isWorthIt = waitMs <= MAX_WAIT_MS && clock.now() + waitMs < deadline;
      if (attempt === attempts || !outcome.mayRetry || !isWorthIt) return yield outcome.failed;
      await sleep(waitMs, signal).catch(() => undefined);
      if (signal.aborted) return yield cancelled(usage);
    }
  }

  return { provider: model.provider, senses: (name) => model.senses(name), stream };
}

type Failed = Extract<ModelEvent, { type: "failed" }>;

/** Hands one attempt's events on, its failure excepted; `spent` is what earlier attempts used. */
async function* tryOnce(
  model: LanguageModel,
  request: ModelRequest,
  signal: AbortSignal,
  spent: ModelUsage,
): AsyncGenerator<ModelEvent, { failed: Failed; mayRetry: boolean } | undefined, undefined> {
  let isDelivered = false;
  for await (const event of model.stream(request, signal)) {
    switch (event.type) {
      case "done":
        yield { ...event, usage: addUsage(spent, event.usage) };
        return undefined;
      case "failed": {
        const failed = { ...event, usage: addUsage(spent, event.usage) };
        return { failed, mayRetry: event.error.retryable && !isDelivered };
      }
      case "text":
      case "thinking":
        isDelivered = true;
        yield event;
    }
  }
  return undefined;
}

function waitBefore(error: ModelError, attempt: number, random: () => number): number {
  return error.retryAfterMs ?? random() * BASE_WAIT_MS * 2 ** (attempt - 1);
}

function cancelled(usage: ModelUsage): Failed {
  return { type: "failed", error: modelError("cancelled", "the call was cancelled"), usage };
}

function sleepFor(ms: number, signal: AbortSignal): Promise<unknown> {
  return delay(ms, undefined, { signal });
}
