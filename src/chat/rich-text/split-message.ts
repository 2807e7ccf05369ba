import { AppError } from "../../base/errors.ts";
import { chooseCut, type Window } from "./choose-cut.ts";
import { encodePart } from "./encode-part.ts";
import { findLines, type TextLine } from "./find-fences.ts";

export type SplitOptions = {
  /** The most that one part may measure; at least 200. */
  limit: number;
  /** The size of a part as the platform counts it; UTF-16 units by default. Must grow with the text. */
  measure?: (part: string) => number;
};

const SMALLEST_LIMIT = 200;

/**
 * The text in parts of at most `limit`, cut between paragraphs, else lines, sentences, words; never inside a link,
 * inline code, mention, emoji or grapheme that fits into a part. A fence that is cut is closed and opened again. No part
 * is blank. `joinParts` gives the text back. Works on what the renderers return and on Markdown. Throws `INVALID` for too small a limit.
 */
export function splitMessage(
  text: string,
  { limit, measure = countUnits }: SplitOptions,
): string[] {
  if (limit < SMALLEST_LIMIT) {
    throw new AppError("INVALID", `A message limit must be at least ${SMALLEST_LIMIT}.`);
  }
  const source: Source = { text, lines: findLines(text), lastWord: findLastWord(text) };
  const parts: string[] = [];
  for (let start = 0, line = 0; start < text.length;) {
    const fits = (end: number) => measure(writePart(source, start, end, line)) <= limit;
    const hard = findHardEnd(source, start, limit, fits);
    const end = hard === text.length ? hard : findCut({ ...source, start, line, hard, fits });
    parts.push(writePart(source, start, end, line));
    start = end;
    line = lineAt(source.lines, end, line);
  }
  return parts;
}

/** UTF-16 code units: never fewer than a platform counts, so safe everywhere. */
function countUnits(text: string): number {
  return text.length;
}

/** Unicode code points: what Discord counts (discord-api-docs#1315). */
export function countCodePoints(text: string): number {
  let count = text.length;
  for (const _pair of text.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)) count--;
  return count;
}

/** Whether an answer has so many parts that it should be sent as a file. */
export function needsFile(parts: readonly string[], max: number): boolean {
  return parts.length > max;
}

type Source = {
  text: string;
  lines: readonly TextLine[];
  /** The offset of the last character that is not white space. */
  lastWord: number;
};

/** A cut that leaves a word for the next part, if there is one, and any cut if not. */
function findCut(window: Window & Source): number {
  const { start, hard, lastWord } = window;
  const leavesWord =
    start < lastWord && lastWord < hard ? chooseCut({ ...window, hard: lastWord }) : undefined;
  return leavesWord ?? chooseCut(window) ?? hard;
}

function writePart({ text, lines }: Source, start: number, end: number, line: number): string {
  return encodePart({
    text: text.slice(start, end),
    before: lines[line]?.fence,
    after: lines[lineAt(lines, end, line)]?.fence,
  });
}

/** The index of the line that holds the offset, looking forward from a line that begins before it. */
function lineAt(lines: readonly TextLine[], offset: number, from: number): number {
  let low = from;
  let high = lines.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.end ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

function findLastWord(text: string): number {
  return text.trimEnd().length - 1;
}

/** The farthest end that still fits. */
function findHardEnd(
  { text }: Source,
  start: number,
  limit: number,
  fits: (end: number) => boolean,
): number {
  let low = start + 1;
  let size = limit;
  while (start + size < text.length && fits(start + size)) {
    low = start + size;
    size *= 2;
  }
  let high = Math.min(text.length, start + size);
  if (high === text.length && fits(high)) return high;
  while (low < high - 1) {
    const middle = (low + high) >> 1;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return splitsPair(text, low) ? Math.max(low - 1, start + 2) : low;
}

function splitsPair(text: string, offset: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(offset - 1, offset + 1));
}
