import type { LuaValue } from "../../lua/lua-value.ts";
import {
  ContractError,
  type Fields,
  readBoolean,
  readChoice,
  readFields,
  readNames,
  readText,
  readThreshold,
} from "./contract-fields.ts";

const VERBOSITIES = ["concise", "normal", "detailed"] as const;
type Verbosity = (typeof VERBOSITIES)[number];

/** The manner of one answer, as a behavior script decides it. */
export type BehaviorConfig = {
  personality: { tone: string; verbosity: Verbosity; emojiUse: boolean; codeExamples: boolean };
  /** Names as the script gave them; the caller intersects them with what the agent may use. */
  tools: string[];
  /** Confidence from which the agent may act on its own, 0 to 1. */
  confidenceThreshold: number;
  /** Confidence below which a person is asked first, 0 to 1; 0 never asks. */
  askHumanBelow: number;
  /** An opening for the answer; empty where the script gives none. */
  responseTemplate: string;
  /** Why the script decided so, for the journal. */
  reasoning: string;
  appliedRules: string[];
};

/** Used where no behavior applies or a script failed: neutral, with the tools the role grants. */
export function defaultBehaviorConfig(tools: readonly string[]): BehaviorConfig {
  return {
    personality: { tone: "neutral", verbosity: "normal", emojiUse: false, codeExamples: false },
    tools: [...tools],
    confidenceThreshold: 0.8,
    askHumanBelow: 0,
    responseTemplate: "Processing task...",
    reasoning: "Default hardcoded behavior",
    appliedRules: [],
  };
}

export type ParsedBehavior =
  | { ok: true; config: BehaviorConfig; warnings: string[] }
  | { ok: false; message: string; field: string; expected: string };

const KNOWN_FIELDS =
  "personality tools confidence_threshold ask_human_below response_template reasoning applied_rules".split(
    " ",
  );
const KNOWN_PERSONALITY_FIELDS = "tone verbosity emoji_use code_examples".split(" ");
const MOST_TONE_CHARS = 64;

/**
 * Turns what a script returned into a config. Only `personality.tone` is required: a table without
 * it is no behavior. What else a script leaves out changes nothing: the tools are the `available`
 * ones, `confidence_threshold` is 0.8 and `verbosity` "normal"; emoji, code examples, opening and
 * `ask_human_below` are off, because a script that does not mention a threshold must not make the
 * agent ask. A wrong type or range fails and names the field; an unknown field or a tool that is
 * not among `known.tools` is a warning.
 */
export function parseBehaviorConfig(
  value: LuaValue,
  known: { tools?: readonly string[]; available?: readonly string[] },
): ParsedBehavior {
  try {
    const fields = readFields(value, "the result");
    const config = toConfig(fields, known.available ?? known.tools ?? []);
    return { ok: true, config, warnings: findWarnings(fields, config, known.tools) };
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    const { message, field, expected } = error;
    return { ok: false, message, field, expected };
  }
}

function toConfig(fields: Fields, available: readonly string[]): BehaviorConfig {
  const personality = readFields(fields["personality"] ?? null, "personality");
  return {
    personality: {
      tone: readTone(personality),
      verbosity: readChoice(personality, "personality.verbosity", VERBOSITIES) ?? "normal",
      emojiUse: readBoolean(personality, "personality.emoji_use") ?? false,
      codeExamples: readBoolean(personality, "personality.code_examples") ?? false,
    },
    tools: readNames(fields, "tools") ?? [...available],
    confidenceThreshold: readThreshold(fields, "confidence_threshold") ?? 0.8,
    askHumanBelow: readThreshold(fields, "ask_human_below") ?? 0,
    responseTemplate: readText(fields, "response_template") ?? "",
    reasoning: readText(fields, "reasoning") ?? "",
    appliedRules: readNames(fields, "applied_rules") ?? [],
  };
}

function readTone(personality: Fields): string {
  const tone = readText(personality, "personality.tone")?.trim();
  if (!tone || tone.length > MOST_TONE_CHARS) {
    throw new ContractError(
      "personality.tone",
      `a text of 1 to ${MOST_TONE_CHARS} characters, such as "friendly"`,
    );
  }
  return tone;
}

function findWarnings(
  fields: Fields,
  config: BehaviorConfig,
  knownTools: readonly string[] | undefined,
): string[] {
  const personality = readFields(fields["personality"] ?? null, "personality");
  const unknown = [
    ...Object.keys(fields).filter((name) => !KNOWN_FIELDS.includes(name)),
    ...Object.keys(personality)
      .filter((name) => !KNOWN_PERSONALITY_FIELDS.includes(name))
      .map((name) => `personality.${name}`),
  ];
  const strange = config.tools.filter((name) => knownTools && !knownTools.includes(name));
  return [
    ...unknown.map((name) => `unknown field ${name}`),
    ...strange.map((name) => `unknown tool ${name}`),
  ].slice(0, 20);
}
