import { expect, test } from "vitest";
import { withRetries } from "../../src/llm/retrying.ts";
import { createScriptedModel, type ScriptedAnswer } from "../fakes/scripted-model.ts";
import { askModel, aRequest, deltasOf, lastOf } from "../support/llm/ask-model.ts";

/** A model with retries over a script, on a clock that only waiting moves. */
function rehearse(...answers: ScriptedAnswer[]) {
  const inner = createScriptedModel();
  inner.script(...answers);
  const waits: number[] = [];
  let now = 0;
  const sleep = async (ms: number) => {
    waits.push(ms);
    now += ms;
  };
  const model = withRetries(inner, { clock: { now: () => now }, sleep, random: () => 0.5 });
  return { inner, model, waits };
}

test("calls again where a failure may pass, and waits longer each time", async () => {
  const { inner, model, waits } = rehearse(
    { fails: "overloaded" },
    { fails: "network" },
    { text: "ok" },
  );
  expect(lastOf(await askModel(model, aRequest()), "done").text).toBe("ok");
  expect(waits).toEqual([250, 500]);
  expect(inner.requests).toHaveLength(3);
});

test("gives up after three attempts with the last failure", async () => {
  const fails = { fails: "overloaded" as const };
  const { inner, model } = rehearse(fails, fails, { fails: "rate-limit" }, { text: "late" });
  expect(lastOf(await askModel(model, aRequest()), "failed").error.kind).toBe("rate-limit");
  expect(inner.requests).toHaveLength(3);
});

test("adds the tokens of failed attempts to the last event", async () => {
  const usage = { inputTokens: 100, outputTokens: 1, cacheWriteTokens: 50 };
  const { model } = rehearse({ fails: "truncated", usage }, { text: "ok", usage });
  expect(lastOf(await askModel(model, aRequest()), "done").usage).toEqual({
    inputTokens: 200,
    outputTokens: 2,
    cacheReadTokens: 0,
    cacheWriteTokens: 100,
  });
});

test.each(["auth", "invalid", "refused", "context-too-long"] as const)(
  "does not call again after a failure of kind %s",
  async (fails) => {
    const { inner, model } = rehearse({ fails }, { text: "ok" });
    expect(lastOf(await askModel(model, aRequest()), "failed").error.kind).toBe(fails);
    expect(inner.requests).toHaveLength(1);
  },
);

test.each([{ text: "half a sen" }, { thinking: "hm" }])(
  "does not call again once something was delivered: %j",
  async (delivered) => {
    const { inner, model } = rehearse({ ...delivered, fails: "truncated" }, { text: "ok" });
    expect(lastOf(await askModel(model, aRequest()), "failed").error.kind).toBe("truncated");
    expect(inner.requests).toHaveLength(1);
  },
);

test("waits as long as the provider asks", async () => {
  const { model, waits } = rehearse({ fails: "rate-limit", retryAfterMs: 4200 }, { text: "ok" });
  await askModel(model, aRequest({ timeoutMs: 60_000 }));
  expect(waits).toEqual([4200]);
});

test("hands a failure on whose wait is longer than 30 s, so that another model can answer", async () => {
  const { model, waits } = rehearse({ fails: "rate-limit", retryAfterMs: 31_000 }, { text: "ok" });
  const { error } = lastOf(await askModel(model, aRequest({ timeoutMs: 600_000 })), "failed");
  expect(error).toMatchObject({ kind: "rate-limit", retryAfterMs: 31_000 });
  expect(waits).toEqual([]);
});

test("does not wait past the request's deadline, and gives later attempts what is left of it", async () => {
  const wait = (retryAfterMs: number) => ({ fails: "rate-limit" as const, retryAfterMs });
  const { inner, model, waits } = rehearse(wait(600), wait(600), { text: "ok" });
  expect(lastOf(await askModel(model, aRequest({ timeoutMs: 1000 })), "failed").error.kind).toBe(
    "rate-limit",
  );
  expect(waits).toEqual([600]);
  expect(inner.requests.map(({ timeoutMs }) => timeoutMs)).toEqual([1000, 400]);
});

test("stops waiting when it is cancelled", async () => {
  const inner = createScriptedModel();
  inner.script({ fails: "overloaded", usage: { inputTokens: 3 } });
  const controller = new AbortController();
  const model = withRetries(inner, {
    sleep: async (_ms, signal) => {
      controller.abort();
      signal.throwIfAborted();
    },
  });
  const { error, usage } = lastOf(await askModel(model, aRequest(), controller.signal), "failed");
  expect(error.kind).toBe("cancelled");
  expect(usage.inputTokens).toBe(3);
  expect(inner.requests).toHaveLength(1);
});

test("hands deltas on untouched", async () => {
  const { model } = rehearse({ thinking: "hm", text: ["a", "b"] });
  const events = await askModel(model, aRequest());
  expect(events.map(({ type }) => type)).toEqual(["thinking", "text", "text", "done"]);
  expect(deltasOf(events, "text")).toBe("ab");
});
