import type { Fence } from "./find-fences.ts";

/** A part before it is written: the slice of the text and the fences open at its two ends. */
export type Slice = { text: string; before: Fence | undefined; after: Fence | undefined };

const BLANK = /^\u200b*\s*$/;
const CLOSED_AFTER_LINE = /(?:^|\n)[ \t>]*(?:`{3,8}|~{3,8})\t$/;
const CLOSED_IN_LINE = /(?:^|\n)[ \t>]*(?:`{3,8}|~{3,8}) \t$/;
const LOOKS_CLOSED = /(?:^|\n)[ \t>]*(?:`{3,8}|~{3,8})[ \t]*\t$/;

/**
 * The part as it is sent. A fence open at its start is opened again and one open at its end is closed; blanks after
 * that fence (a tab, or a space and a tab where the cut was inside a line) say that it was added. A text that ends so
 * by itself gets one more tab, a blank one a zero-width space in front.
 */
export function encodePart({ text, before, after }: Slice): string {
  const opened = before ? `${before.prefix}${before.marks}${before.info}\n${text}` : text;
  if (after) {
    const atLineEnd = opened.endsWith("\n");
    const blanks = atLineEnd ? "\t" : " \t";
    return `${opened}${atLineEnd ? "" : "\n"}${after.prefix}${after.marks}${blanks}`;
  }
  if (LOOKS_CLOSED.test(opened)) return `${opened}\t`;
  return BLANK.test(opened) ? `\u200b${opened}` : opened;
}

/** Undoes `splitMessage`: the parts, in order and as they were returned, as the text they came from. */
export function joinParts(parts: readonly string[]): string {
  let text = "";
  let reopened = false;
  for (const part of parts) {
    const { body, closed } = dropEnd(part);
    text += reopened ? body.slice(body.indexOf("\n") + 1) : body;
    reopened = closed;
  }
  return text;
}

function dropEnd(part: string): { body: string; closed: boolean } {
  const lineStart = part.lastIndexOf("\n") + 1;
  if (CLOSED_AFTER_LINE.test(part)) return { body: part.slice(0, lineStart), closed: true };
  if (CLOSED_IN_LINE.test(part)) return { body: part.slice(0, lineStart - 1), closed: true };
  if (LOOKS_CLOSED.test(part)) return { body: part.slice(0, -1), closed: false };
  return { body: BLANK.test(part) ? part.slice(1) : part, closed: false };
}
