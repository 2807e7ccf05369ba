import { numberOf, SlackFailure, stringOf } from "../method.ts";
import type { Json } from "../world.ts";

/** One page of a list and the cursor of the next one (empty at the end), as all cursor methods do it. */
export function toPage<T>(
  all: readonly T[],
  args: Json,
  max: number,
): { page: T[]; metadata: { next_cursor: string } } {
  const cursor = stringOf(args, "cursor") ?? "";
  const start = cursor === "" ? 0 : Number(Buffer.from(cursor, "base64").toString());
  if (!Number.isInteger(start)) throw new SlackFailure("invalid_cursor");
  const size = Math.min(numberOf(args, "limit") ?? 100, max);
  if (size < 1) throw new SlackFailure("invalid_limit");
  const page = all.slice(start, start + size);
  const end = start + page.length;
  const next = end < all.length ? Buffer.from(String(end)).toString("base64") : "";
  return { page, metadata: { next_cursor: next } };
}
