import {
  ARGUMENT_SHAPES,
  COMMON_ARGUMENTS,
  type ArgumentKind,
  type ArgumentShape,
} from "./argument-shapes.ts";
import type { Json } from "./world.ts";

/** Arguments as sent: text values from a form or query, anything from a JSON body. */
export type RawArguments = { values: Json; encoding: "form" | "json" };

const UNREADABLE = Symbol("unreadable");

/** The arguments of a method in their documented types, and what is wrong with them (empty: nothing). */
export function readArguments(
  method: string,
  { values, encoding }: RawArguments,
): { args: Json; problems: string[] } {
  const shapes: Record<string, ArgumentShape> = { ...COMMON_ARGUMENTS, ...ARGUMENT_SHAPES[method] };
  const args: Json = {};
  const problems: string[] = [];
  for (const [name, raw] of Object.entries(values)) {
    const kind = shapes[name]?.replace("!", "") as ArgumentKind | undefined;
    if (kind === undefined) {
      problems.push(`unsupported argument: ${name}`);
      continue;
    }
    const value = encoding === "form" ? fromText(kind, String(raw)) : fromJson(kind, raw);
    if (value === UNREADABLE) problems.push(`argument ${name} must be ${article(kind)}`);
    else args[name] = value;
  }
  for (const [name, shape] of Object.entries(shapes)) {
    if (shape.endsWith("!") && isMissing(values[name])) {
      problems.push(`missing required field: ${name}`);
    }
  }
  return { args, problems };
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null;
}

function article(kind: ArgumentKind): string {
  return /^[aio]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}

function fromText(kind: ArgumentKind, text: string): unknown {
  switch (kind) {
    case "string":
      return text;
    case "boolean":
      if (["true", "1"].includes(text)) return true;
      return ["false", "0"].includes(text) ? false : UNREADABLE;
    case "integer":
      return /^-?\d+$/.test(text) ? Number(text) : UNREADABLE;
    case "array":
    case "object":
      return fromJson(kind, parseOrUnreadable(text));
  }
}

function fromJson(kind: ArgumentKind, value: unknown): unknown {
  switch (kind) {
    case "string":
    case "boolean":
      return typeof value === kind ? value : UNREADABLE;
    case "integer":
      return Number.isInteger(value) ? value : UNREADABLE;
    case "array":
      return Array.isArray(value) ? value : UNREADABLE;
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value)
        ? value
        : UNREADABLE;
  }
}

function parseOrUnreadable(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return UNREADABLE;
  }
}
