import { z } from "zod";
import { AppError } from "../../base/errors.ts";
import { LUA_OUTCOMES } from "../../lua/lua-outcome.ts";

/*
 * The format of behavior tests: a JSON list of cases, or an object with the list as `tests`.
 *
 *   { "name": "it is late", "context": { "time_of_day": "evening" },
 *     "expect": { "personality": { "tone": "quiet" }, "confidence_threshold": { "min": 0.8 },
 *                 "tools": { "contains": ["time"], "excludes": ["calculator"] } } }
 *
 * `context` names what differs from the contract's example, in the contract's own names; a field that
 * is given replaces the example's whole. `expect` names what matters of the config in force, defaults
 * included; what it leaves out may be anything. `outcome` is how the run ends, `ok` unless given; for
 * the others `message` says what the failure's message contains.
 */

const words = z.union([z.string(), z.array(z.string()).min(1)]);
const range = z
  .strictObject({ min: z.number(), max: z.number() })
  .partial()
  .refine(({ min, max }) => min !== undefined || max !== undefined, "must have min or max");
const number = z.union([z.number(), range]);
const text = z.union([
  z.string(),
  z.null(),
  z
    .strictObject({ contains: words, excludes: words, one_of: z.array(z.string()).min(1) })
    .partial(),
]);
const list = z.union([
  z.array(z.string()),
  z.strictObject({ contains: words, excludes: words, count: number }).partial(),
]);

const Expectation = z
  .strictObject({
    personality: z
      .strictObject({
        tone: text,
        verbosity: text,
        emoji_use: z.boolean(),
        code_examples: z.boolean(),
      })
      .partial(),
    tools: list,
    confidence_threshold: number,
    ask_human_below: number,
    response_template: text,
    reasoning: text,
    applied_rules: list,
  })
  .partial();

const plain = z.union([z.string(), z.number(), z.boolean()]);

const Context = z
  .strictObject({
    agent_id: z.string(),
    role: z.string(),
    task_type: z.string(),
    task_description: z.string().max(4000),
    user_id: z.string(),
    user_preferences: z.record(z.string(), plain),
    cycles_completed: z.int().min(0),
    success_rate: z.number().min(0).max(1),
    recent_failures: z.int().min(0),
    time_of_day: z.enum(["morning", "afternoon", "evening"]),
    urgency: z.enum(["low", "normal", "high"]),
    available_tools: z.array(z.string()),
  })
  .partial();

const Test = z
  .strictObject({
    name: z.string().min(1).max(200),
    context: Context.default({}),
    expect: Expectation.default({}),
    outcome: z.enum(LUA_OUTCOMES).default("ok"),
    message: words.optional(),
  })
  .refine(({ outcome, expect }) => outcome === "ok" || Object.keys(expect).length === 0, {
    error: "a run that ends otherwise than ok has no result to expect anything of",
  });

const MOST_TESTS = 200;
const Tests = z.array(Test).max(MOST_TESTS);

export type BehaviorTest = z.infer<typeof Test>;
export type NumberExpectation = z.infer<typeof number>;
export type TextExpectation = z.infer<typeof text>;
export type ListExpectation = z.infer<typeof list>;
export type Expectation = z.infer<typeof Expectation>;

/** The tests in a parsed JSON document, or an `INVALID` error that says where each fault is. */
export function parseBehaviorTests(value: unknown): BehaviorTest[] {
  const given = Array.isArray(value) ? value : (value as { tests?: unknown } | null)?.tests;
  const parsed = Tests.safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues
      .slice(0, 5)
      .map(({ path, message }) => `${["tests", ...path].join(".")}: ${message}`);
    throw new AppError("INVALID", `The behavior tests cannot be read: ${faults.join("; ")}.`);
  }
  const names = parsed.data.map(({ name }) => name);
  const double = names.find((name, at) => names.indexOf(name) !== at);
  if (double === undefined) return parsed.data;
  throw new AppError("INVALID", `Two behavior tests are named "${double}". Rename one of them.`);
}
