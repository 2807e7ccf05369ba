import { Temporal } from "temporal-polyfill";
import type { BehaviorConfig } from "../../behaviors/engine/behavior-contract.ts";
import { requestConfidence } from "../reply/answer-confidence.ts";
import type { ClaimedTurn, Participant } from "../lane/claimed-turn.ts";
import { defuseLine } from "./defuse.ts";

/** The volatile end of the prompt: time, the manner the behavior chose, and who is asking. */
export function renderFacts(
  turn: Pick<ClaimedTurn, "history" | "askedIds" | "people">,
  config: BehaviorConfig,
  nowMs: number,
): string {
  const lines = [
    `Time: ${renderTime(nowMs, turn.people[0]?.timeZone ?? "UTC")}`,
    ...renderManner(config),
    ...turn.people.map(renderPreferences),
    renderAsked(turn),
  ];
  return `<facts>\n${lines.filter((line) => line !== "").join("\n")}\n</facts>`;
}

function renderManner(config: BehaviorConfig): string[] {
  const { tone, verbosity, emojiUse, codeExamples } = config.personality;
  return [
    `Tone: ${tone}`,
    `Verbosity: ${verbosity}`,
    `Emoji: ${emojiUse ? "yes" : "no"}`,
    `Code examples: ${codeExamples ? "yes" : "no"}`,
    config.responseTemplate === ""
      ? ""
      : `Opening, to be adapted to the answer or left out where it does not fit:\n"""\n${config.responseTemplate.trim()}\n"""`,
    config.askHumanBelow > 0 ? requestConfidence(config.askHumanBelow) : "",
    `Act on your own only where your confidence is at least ${config.confidenceThreshold}.`,
  ];
}

function renderPreferences({ name, preferences }: Participant): string {
  const known = Object.entries(preferences).filter(([, value]) => typeof value === "string");
  if (known.length === 0) return "";
  const list = known.map(([key, value]) => defuseLine(`${key} ${value}`)).join(", ");
  return `Preferences of ${defuseLine(name)}: ${list}`;
}

const QUOTED_CHARACTERS = 60;

/** Named, with their first words, only where the messages to answer are not the last ones heard. */
function renderAsked({ history, askedIds }: Pick<ClaimedTurn, "history" | "askedIds">): string {
  const trailing = history.slice(-askedIds.length).every(({ id }) => askedIds.includes(id));
  if (trailing) return "";
  const asked = history.filter(({ id }) => askedIds.includes(id));
  const list = asked.map(({ name, postedAt, text }) => {
    const start = text.slice(0, QUOTED_CHARACTERS).toWellFormed();
    const words = defuseLine(start).replaceAll('"', "'");
    return `${defuseLine(name)} at ${postedAt.slice(11, 16)} ("${words}")`;
  });
  return `Answer: ${list.join(", ")}`;
}

function renderTime(nowMs: number, timeZone: string): string {
  const there = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(timeZone);
  const weekday = WEEKDAYS[there.dayOfWeek - 1];
  return `${weekday}, ${there.toPlainDateTime().toString({ smallestUnit: "minute" })} ${timeZone}`;
}

const WEEKDAYS = [
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
  "Sunday",
] as const;
