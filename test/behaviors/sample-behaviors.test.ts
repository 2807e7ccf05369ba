import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type BehaviorContext,
  EXAMPLE_CONTEXT,
  toLuaContext,
} from "../../src/behaviors/behavior-context.ts";
import { type BehaviorConfig, parseBehaviorConfig } from "../../src/behaviors/behavior-contract.ts";
import { parseBehaviorFile } from "../../src/behaviors/behavior-file.ts";
import { checkBehavior } from "../../src/behaviors/check/check-behavior.ts";
import { createLuaSandbox, type LuaSandbox } from "../../src/lua/sandbox.ts";
import { createToolbox } from "../../src/tools/toolbox.ts";

const files = readdirSync("behaviors").filter((name) => name.endsWith(".lua"));
const readFile = (name: string) =>
  parseBehaviorFile(name, readFileSync(`behaviors/${name}`, "utf8"));

let sandbox: LuaSandbox;
beforeAll(async () => {
  sandbox = await createLuaSandbox();
});

function decide(name: string, context: Partial<BehaviorContext>): BehaviorConfig {
  const compiled = sandbox.compile(name, readFile(`${name}.lua`).script);
  if (!compiled.ok) throw new Error(compiled.message);
  const full = { ...EXAMPLE_CONTEXT, ...context };
  const run = sandbox.run(compiled.script, toLuaContext(full));
  if (run.outcome !== "ok") throw new Error(run.message);
  const parsed = parseBehaviorConfig(run.value, { available: full.availableTools });
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.config;
}

describe("every sample behavior", () => {
  it.each(files)("%s is sound", (file) => {
    const { name, script, role } = readFile(file);
    const scope = { sandbox, toolNames: [...createToolbox().keys()] };
    expect(checkBehavior(scope, { name, script, role })).toMatchObject({ ok: true, warnings: [] });
  });

  const own = files.filter(
    (file) => !/context_aware|formal_architect|friendly_code_reviewer/.test(file),
  );
  it("are at least eight beyond the three of the design", () => {
    expect(own.length).toBeGreaterThanOrEqual(8);
  });

  it.each(own)("%s says what it is for, and applies only where it is assigned", (file) => {
    const { description, role, status } = readFile(file);
    expect(description).toMatch(/^For .{40,}\.$/);
    expect(role).toMatch(/^[a-z_]+$/);
    expect(status).toBe("draft");
  });
});

const brief = ({ personality, askHumanBelow, confidenceThreshold, tools }: BehaviorConfig) => ({
  ...personality,
  askHumanBelow: Number(askHumanBelow.toFixed(6)),
  confidenceThreshold: Number(confidenceThreshold.toFixed(6)),
  tools: tools.length,
});

describe("what the samples decide", () => {
  it.each<[name: string, when: string, context: Partial<BehaviorContext>, expected: object]>([
    [
      "incident_responder",
      "it burns",
      { urgency: "high", taskType: "debugging" },
      { verbosity: "concise", tone: "direct", askHumanBelow: 0.4 },
    ],
    [
      "incident_responder",
      "a fault can wait",
      { urgency: "low", taskType: "debugging" },
      { verbosity: "detailed", tone: "calm" },
    ],
    [
      "teaching_mentor",
      "a person wants detail",
      { userPreferences: { verbosity: "detailed", style: "formal" } },
      { verbosity: "detailed", tone: "formal", codeExamples: true },
    ],
    [
      "teaching_mentor",
      "a person says nothing",
      { userPreferences: {} },
      { verbosity: "concise", tone: "friendly", codeExamples: true },
    ],
    [
      "teaching_mentor",
      "a person wants it short",
      { userPreferences: { verbosity: "concise" } },
      { codeExamples: false },
    ],
    [
      "night_owl",
      "it is late",
      { timeOfDay: "evening", urgency: "normal" },
      { tone: "quiet", verbosity: "concise" },
    ],
    [
      "night_owl",
      "it is late and urgent",
      { timeOfDay: "evening", urgency: "high" },
      { tone: "direct", verbosity: "normal" },
    ],
    ["night_owl", "it is day", { timeOfDay: "morning" }, { tone: "friendly" }],
    [
      "quiet_expert",
      "code is talked about",
      { taskType: "code_review", userPreferences: {} },
      { tone: "technical", verbosity: "concise", codeExamples: true },
    ],
    [
      "quiet_expert",
      "a person wants detail",
      { taskType: "planning", userPreferences: { verbosity: "detailed" } },
      { verbosity: "detailed", codeExamples: false },
    ],
    [
      "careful_after_failures",
      "all is well",
      { recentFailures: 0, successRate: 0.9 },
      { tone: "friendly", askHumanBelow: 0, confidenceThreshold: 0.8 },
    ],
    [
      "careful_after_failures",
      "three failed in a row",
      { recentFailures: 3, successRate: 0.9 },
      { tone: "cautious", askHumanBelow: 0.65, confidenceThreshold: 0.95 },
    ],
    [
      "careful_after_failures",
      "nothing works",
      { recentFailures: 40, successRate: 0.1 },
      { askHumanBelow: 0.9, confidenceThreshold: 0.98 },
    ],
    [
      "first_day",
      "it has just begun",
      { cyclesCompleted: 0 },
      { tone: "modest", askHumanBelow: 0.7 },
    ],
    [
      "first_day",
      "it has settled in",
      { cyclesCompleted: 20 },
      { tone: "friendly", askHumanBelow: 0 },
    ],
    [
      "no_tools_for_chatter",
      "people chat",
      { taskType: "conversation" },
      { tools: 0, verbosity: "concise" },
    ],
    [
      "no_tools_for_chatter",
      "there is something to work out",
      { taskType: "calculation" },
      { tools: 3 },
    ],
    [
      "release_gatekeeper",
      "a release is in a hurry",
      { taskType: "code_review", urgency: "high" },
      { tone: "formal", askHumanBelow: 0.9, confidenceThreshold: 0.97 },
    ],
    [
      "release_gatekeeper",
      "there is time",
      { taskType: "code_review", urgency: "normal" },
      { askHumanBelow: 0.6 },
    ],
    [
      "friendly_code_reviewer",
      "code is reviewed",
      { taskType: "code_review" },
      { tone: "friendly", verbosity: "detailed", emojiUse: true, confidenceThreshold: 0.85 },
    ],
    [
      "friendly_code_reviewer",
      "it is about something else",
      { taskType: "planning" },
      { tone: "casual", verbosity: "normal", confidenceThreshold: 0.8 },
    ],
    [
      "formal_architect",
      "an analyst asks",
      { role: "architecture_analyst" },
      { tone: "formal", confidenceThreshold: 0.9, tools: 5 },
    ],
    [
      "formal_architect",
      "another role uses it",
      { role: "generalist" },
      { confidenceThreshold: 0.85, tools: 3 },
    ],
    [
      "context_aware",
      "it is morning",
      { timeOfDay: "morning", urgency: "high" },
      { tone: "energetic" },
    ],
    [
      "context_aware",
      "it is urgent",
      { timeOfDay: "evening", urgency: "high" },
      { tone: "direct", verbosity: "concise", confidenceThreshold: 0.7 },
    ],
    [
      "context_aware",
      "it fails a lot",
      { timeOfDay: "evening", successRate: 0.69 },
      { tone: "cautious", askHumanBelow: 0.8, confidenceThreshold: 0.95 },
    ],
    [
      "context_aware",
      "nothing is special",
      { timeOfDay: "evening", successRate: 0.7 },
      { tone: "friendly" },
    ],
  ])("%s, when %s", (name, _when, context, expected) => {
    expect(brief(decide(name, context))).toMatchObject(expected);
  });
});
