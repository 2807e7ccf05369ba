import type { LuaValue } from "../../lua/lua-value.ts";

export type Fields = Record<string, LuaValue>;

/** A field of a behavior's result is not what the contract says; the message names it. */
export class ContractError extends Error {
  override readonly name = "ContractError";
  readonly field: string;
  readonly expected: string;

  constructor(field: string, expected: string, found = "") {
    super(`${field} must be ${expected}${found}`);
    this.field = field;
    this.expected = expected;
  }
}

/** A table with names. An empty table has neither names nor positions, so it counts as one. */
export function readFields(value: LuaValue, path: string): Fields {
  if (Array.isArray(value) && value.length === 0) return {};
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new ContractError(path, "a table with named fields", `, not ${describe(value)}`);
  }
  return value;
}

/** Each reader gives undefined for an absent field; `path` ends in the field's own name. */
export function readText(fields: Fields, path: string): string | undefined {
  const value = valueAt(fields, path);
  if (value === undefined || typeof value === "string") return value;
  throw new ContractError(path, "a text", `, not ${describe(value)}`);
}

export function readBoolean(fields: Fields, path: string): boolean | undefined {
  const value = valueAt(fields, path);
  if (value === undefined || typeof value === "boolean") return value;
  throw new ContractError(path, "true or false", `, not ${describe(value)}`);
}

export function readThreshold(fields: Fields, path: string): number | undefined {
  const value = valueAt(fields, path);
  if (value === undefined) return undefined;
  if (typeof value === "number" && value >= 0 && value <= 1) return value;
  throw new ContractError(path, "a number from 0 to 1", `, not ${describe(value)}`);
}

export function readChoice<Choice extends string>(
  fields: Fields,
  path: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = valueAt(fields, path);
  if (value === undefined) return undefined;
  const choice = choices.find((known) => known === value);
  if (choice !== undefined) return choice;
  const list = choices.map((known) => `"${known}"`).join(", ");
  throw new ContractError(path, `one of ${list}`, `, not ${describe(value)}`);
}

/** A list of short texts, without duplicates. */
export function readNames(fields: Fields, path: string): string[] | undefined {
  const value = valueAt(fields, path);
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) {
    throw new ContractError(path, "a list of texts", `, not ${describe(value)}`);
  }
  const strange = value.find((item) => typeof item !== "string" || item.length > 200);
  if (strange !== undefined) {
    throw new ContractError(path, "a list of short texts", `, but holds ${describe(strange)}`);
  }
  return [...new Set(value as string[])];
}

function valueAt(fields: Fields, path: string): LuaValue | undefined {
  const name = path.slice(path.lastIndexOf(".") + 1);
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function describe(value: LuaValue): string {
  if (value === null) return "nil";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a table with named fields";
  if (typeof value === "string") return value.length > 40 ? "a long text" : JSON.stringify(value);
  return String(value);
}
