import type { ToolCall, ToolSpec } from "../language-model.ts";

const EXPRESSION = /[\d(][\d\s.,()+*/^%×÷x-]*[\d)%]/g;
const OPERATION = /\d\s*[+*/^×÷]\s*[\d(]|[\d)]\s+[-x%]\s+[\d(]|\)\s*[-+*/^×÷]/;
const DATE = /^\d+([/.-])\d+\1\d+$/;
const PLACE = /\btime\b.*?\bin\s+([\p{L}/_ +-]+)/iu;

/**
 * The one tool call that the rehearsal model makes: `calculator` with `{expression}` for arithmetic or
 * "calculate …", `time` with `{zone}` for "what time is it in …" — where that tool is offered.
 */
export function planToolCall(said: string, tools: ToolSpec[], id: string): ToolCall | undefined {
  const isOffered = (name: string) => tools.some((tool) => tool.name === name);
  const expression = isOffered("calculator") ? findExpression(said) : undefined;
  if (expression !== undefined) return { id, name: "calculator", input: { expression } };
  const zone = isOffered("time") ? findZone(said) : undefined;
  return zone === undefined ? undefined : { id, name: "time", input: { zone } };
}

function findExpression(said: string): string | undefined {
  const asked = /\bcalculate\s+([^?\n]*[^?\s])/i.exec(said)?.[1];
  const found = said
    .match(EXPRESSION)
    ?.map((match) => match.trim())
    .find((match) => OPERATION.test(match) && !DATE.test(match));
  const expression = asked && /\w\(/.test(asked) ? asked : (found ?? asked);
  return expression?.replaceAll("×", "*").replaceAll("÷", "/").replaceAll(/\sx\s/g, " * ");
}

function findZone(said: string): string | undefined {
  if (!/\b(what|which|tell|current|the) .*\btime\b|\btime (is it|in)\b/i.test(said))
    return undefined;
  const place = PLACE.exec(said)?.[1]?.trim();
  if (!place) return "UTC";
  const city = place.replace(/\s+(right )?now$|\s+please$|\s+today$/i, "").replaceAll(" ", "_");
  const zones = Intl.supportedValuesOf("timeZone");
  const isMeant = (zone: string) => `/${zone}`.toLowerCase().endsWith(`/${city}`.toLowerCase());
  return zones.find(isMeant) ?? city;
}
