import type { BehaviorConfig } from "../engine/behavior-contract.ts";
import type {
  Expectation,
  ListExpectation,
  NumberExpectation,
  TextExpectation,
} from "./behavior-test.ts";

const ALMOST = 1e-9;

/** What of a config differs from an expectation, one sentence each; nothing where it is met. */
export function matchExpectation(config: BehaviorConfig, expect: Expectation): string[] {
  const { personality = {} } = expect;
  const { tone, verbosity, emojiUse, codeExamples } = config.personality;
  return [
    matchText("personality.tone", tone, personality.tone),
    matchText("personality.verbosity", verbosity, personality.verbosity),
    matchBoolean("personality.emoji_use", emojiUse, personality.emoji_use),
    matchBoolean("personality.code_examples", codeExamples, personality.code_examples),
    matchList("tools", config.tools, expect.tools),
    matchNumber("confidence_threshold", config.confidenceThreshold, expect.confidence_threshold),
    matchNumber("ask_human_below", config.askHumanBelow, expect.ask_human_below),
    matchText("response_template", config.responseTemplate, expect.response_template),
    matchText("reasoning", config.reasoning, expect.reasoning),
    matchList("applied_rules", config.appliedRules, expect.applied_rules),
  ].flat();
}

function matchBoolean(field: string, found: boolean, wanted: boolean | undefined): string[] {
  return wanted === undefined || found === wanted ? [] : [`${field} is ${found}, not ${wanted}`];
}

function matchNumber(
  field: string,
  found: number,
  wanted: NumberExpectation | undefined,
): string[] {
  if (wanted === undefined) return [];
  if (typeof wanted === "number") {
    return Math.abs(found - wanted) <= ALMOST ? [] : [`${field} is ${found}, not ${wanted}`];
  }
  const { min = -Infinity, max = Infinity } = wanted;
  if (found >= min - ALMOST && found <= max + ALMOST) return [];
  const least = wanted.min === undefined ? "" : ` at least ${wanted.min}`;
  const most = wanted.max === undefined ? "" : ` at most ${wanted.max}`;
  return [`${field} is ${found}, not${least}${least && most && " and"}${most}`];
}

/** `null` expects nothing: an empty text. */
export function matchText(
  field: string,
  found: string,
  wanted: TextExpectation | undefined,
): string[] {
  if (wanted === undefined) return [];
  const is = `${field} is ${quote(found)}`;
  if (wanted === null) return found === "" ? [] : [`${is}, not empty`];
  if (typeof wanted === "string") return found === wanted ? [] : [`${is}, not ${quote(wanted)}`];
  const { contains, excludes, one_of: choices } = wanted;
  return [
    ...toList(contains)
      .filter((part) => !found.includes(part))
      .map((part) => `${is}, without ${quote(part)}`),
    ...toList(excludes)
      .filter((part) => found.includes(part))
      .map((part) => `${is}, with ${quote(part)}`),
    ...(choices && !choices.includes(found)
      ? [`${is}, not one of ${choices.map(quote).join(", ")}`]
      : []),
  ];
}

function matchList(
  field: string,
  found: readonly string[],
  wanted: ListExpectation | undefined,
): string[] {
  if (wanted === undefined) return [];
  const is = `${field} is [${found.map(quote).join(", ")}]`;
  if (Array.isArray(wanted)) {
    const same = wanted.length === found.length && wanted.every((item, at) => item === found[at]);
    return same ? [] : [`${is}, not [${wanted.map(quote).join(", ")}]`];
  }
  return [
    ...toList(wanted.contains)
      .filter((item) => !found.includes(item))
      .map((item) => `${is}, without ${quote(item)}`),
    ...toList(wanted.excludes)
      .filter((item) => found.includes(item))
      .map((item) => `${is}, with ${quote(item)}`),
    ...matchNumber(`the count of ${field}`, found.length, wanted.count),
  ];
}

function toList(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : [value].flat();
}

const LONGEST_QUOTED = 80;

function quote(text: string): string {
  const short = text.length > LONGEST_QUOTED ? `${text.slice(0, LONGEST_QUOTED)}…` : text;
  return JSON.stringify(short.toWellFormed());
}
