import { describe, expect, test } from "vitest";
import { classifyThrown, modelError, ModelFailure, redact } from "../../src/llm/errors.ts";
import { MODEL_ERROR_KINDS, type ModelErrorKind } from "../../src/llm/language-model.ts";
import { parseRetryAfter } from "../../src/llm/retry-after.ts";

type Case = [status: number | undefined, error: object, kind: ModelErrorKind];

const anthropic = (type: string, message = "…") => ({ type: "error", error: { type, message } });
const openai = (code: string | null, message = "…") => ({
  type: "invalid_request_error",
  code,
  message,
});

const CASES: Case[] = [
  [401, anthropic("authentication_error"), "auth"],
  [403, anthropic("permission_error"), "auth"],
  [402, anthropic("billing_error"), "auth"],
  [400, anthropic("invalid_request_error", "Your credit balance is too low"), "auth"],
  [
    400,
    anthropic("invalid_request_error", "prompt is too long: 210000 tokens > 200000"),
    "context-too-long",
  ],
  [400, anthropic("invalid_request_error", "temperature: no longer supported"), "invalid"],
  [404, anthropic("not_found_error", "model: claude-9"), "invalid"],
  [413, anthropic("request_too_large"), "context-too-long"],
  [429, anthropic("rate_limit_error"), "rate-limit"],
  [500, anthropic("api_error"), "overloaded"],
  [503, anthropic("api_error"), "overloaded"],
  [504, anthropic("timeout_error"), "timeout"],
  [529, anthropic("overloaded_error"), "overloaded"],
  [401, openai("invalid_api_key"), "auth"],
  [429, openai("rate_limit_exceeded", "too many tokens per minute"), "rate-limit"],
  [429, openai("insufficient_quota"), "auth"],
  [400, openai("context_length_exceeded"), "context-too-long"],
  [400, openai(null, "This model's maximum context length is 8192 tokens"), "context-too-long"],
  [400, openai("content_policy_violation"), "refused"],
  [400, openai("content_filter"), "refused"],
  [408, openai(null), "timeout"],
  [422, openai(null), "invalid"],
  [400, { error: "invalid model name" }, "invalid"],
  [500, { error: "the input is too long for the context window" }, "context-too-long"],
];

test.each(CASES)("an HTTP %i with %j is of kind %s", (status, error, kind) => {
  const thrown = Object.assign(new Error("thrown by the SDK"), { status, error });
  expect(classifyThrown(thrown)).toMatchObject({ kind, status });
});

test.each([
  ["ECONNREFUSED", "network"],
  ["ENOTFOUND", "network"],
  ["ECONNRESET", "network"],
  ["UND_ERR_SOCKET", "network"],
  ["CERT_HAS_EXPIRED", "network"],
  ["UND_ERR_HEADERS_TIMEOUT", "timeout"],
  ["ETIMEDOUT", "timeout"],
])("a connection that fails with %s is of kind %s", (code, kind) => {
  const cause = new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });
  const { kind: found, retryable } = classifyThrown(new Error("Connection error.", { cause }));
  expect({ found, retryable }).toEqual({ found: kind, retryable: true });
});

test("a refused connection to every address of a host is a network failure", () => {
  const refused = Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
  const cause = new TypeError("fetch failed", { cause: new AggregateError([refused]) });
  expect(classifyThrown(new Error("Connection error.", { cause })).kind).toBe("network");
});

test("what nobody expected is invalid, with its message", () => {
  expect(classifyThrown(new TypeError("x is not a function"))).toMatchObject({
    kind: "invalid",
    message: "x is not a function",
  });
  expect(classifyThrown("just a string").kind).toBe("invalid");
});

test("a classified failure stays as it was classified", () => {
  const error = modelError("empty", "nothing");
  expect(classifyThrown(new ModelFailure(error))).toBe(error);
});

test("only what may pass is retryable", () => {
  const retryable = MODEL_ERROR_KINDS.filter((kind) => modelError(kind, "").retryable);
  expect(retryable).toEqual([
    "rate-limit",
    "overloaded",
    "timeout",
    "truncated",
    "network",
    "empty",
  ]);
});

describe("a message", () => {
  test.each([
    "Incorrect API key provided: sk-proj-abc123def456",
    "request had Authorization: Bearer abcdef123456",
    'header {"x-api-key": "abcdef123456"}',
    "the key my-own-secret-abcdef123456 is wrong",
  ])("never holds a key: %s", (message) => {
    expect(redact(message, "my-own-secret-abcdef123456")).not.toMatch(/abc/);
  });

  test("is cut where it is long", () => {
    expect(redact("a".repeat(5000)).length).toBeLessThanOrEqual(500);
  });
});

describe("the wait that a response asks for", () => {
  test.each([
    [{ "retry-after": "2" }, 2000],
    [{ "retry-after": "0.25" }, 250],
    [{ "retry-after-ms": "120", "retry-after": "2" }, 120],
    [
      { "retry-after": "Sat, 21 Nov 2026 10:00:30 GMT", date: "Sat, 21 Nov 2026 10:00:00 GMT" },
      30_000,
    ],
    [{ "retry-after": "Sat, 21 Nov 2026 09:00:00 GMT", date: "Sat, 21 Nov 2026 10:00:00 GMT" }, 0],
    [{ "retry-after": "soon" }, undefined],
    [{}, undefined],
  ])("%j is %s ms", (headers, ms) => {
    expect(parseRetryAfter(new Headers(headers as Record<string, string>))).toBe(ms);
  });
});
