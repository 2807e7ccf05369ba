import { readFileSync } from "node:fs";
import type { Json } from "../support/slack/world.ts";

/** A payload as Slack's documentation and its SDK's types have it. */
export function slackFixture(name: string): Json {
  const url = new URL(`../fixtures/slack/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, "utf8")) as Json;
}

/** What Slack sends only at times, or what the double has no use for. */
const OPTIONAL =
  /^(thumb|original|permalink_|user_team$|display_as_bot$|inviter$|media_display_type$|has_rich_preview$)/;

/** Paths of fields in one value that another lacks or has in another type; lists by their first item. */
export function missingFields(value: unknown, other: unknown, path = ""): string[] {
  if (Array.isArray(value)) {
    if (!Array.isArray(other)) return [path];
    return value.length === 0 ? [] : missingFields(value[0], other[0], `${path}[0]`);
  }
  if (typeof value !== "object" || value === null)
    return typeof value === typeof other ? [] : [path];
  if (typeof other !== "object" || other === null) return [path];
  return Object.entries(value)
    .filter(([key]) => !OPTIONAL.test(key))
    .flatMap(([key, inner]) => missingFields(inner, (other as Json)[key], `${path}.${key}`));
}
