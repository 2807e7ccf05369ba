import { findLines, isFenceLine } from "./find-fences.ts";

const BLOCK_MARK_ONLY = /^[ \t>]*(?:[-=*_+#>`~]+|\d{1,9}[.)]?)?[ \t]*$/;
const TASK_MARK_ONLY = /^[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[[ xX]?\]?[ \t]*$/;
const TABLE_ROW = /^[ \t>]*\|/;
const OPEN_LINK =
  /!?\[(?:[^[\]\n]|\[[^[\]\n]{0,100}\]){0,300}(?:\]|\]\([^()\s]{0,2000}(?:\([^()\s]{0,500}\)?[^()\s]{0,500})?(?:\s[^)\n]{0,200})?|\]\(<[^>\n]{0,2000})?$/;
const OPEN_WORD =
  /(?:\b(?:https?(?![^:])|www\.)\S{0,2000}|<[^\s>]{0,200}|&#?\w{0,10}|[@:][\w.+-]{0,64}|\\)$/i;
const OPEN_MARKS = /[*_~`]+$/;
const LONGEST_MARK = 200;
const TAIL = 3000;

/**
 * The longest beginning of a Markdown text that is still being written in which nothing shows as something else
 * before it is whole: no half link, address, mention, entity, emoji code, list or table mark or fence. All results for one text are beginnings
 * of it, so a stream that can only be appended to may send what each result has beyond the last.
 */
export function holdBack(markdown: string): string {
  const lines = findLines(markdown);
  const last = lines.at(-2);
  if (!last) return "";
  const line = markdown.slice(last.start);
  if (last.fence || lines.at(-1)?.fence) return dropFenceLine(markdown, last.start, last.fence);
  const kept = isUnfinishedLine(line) ? markdown.slice(0, last.start) : markdown;
  return holdBackInline(dropLoneHeader(kept));
}

/** Inside a fence everything shows as it is, save the marks that will open or close it. */
function dropFenceLine(
  markdown: string,
  start: number,
  fence: Parameters<typeof isFenceLine>[0],
): string {
  const line = markdown.slice(start);
  const isWhole = line.endsWith("\n");
  const isMark = fence ? /^[ \t>]*(?:`{1,8}|~{1,8})$/.test(line) : isFenceLine(fence, line);
  return !isWhole && isMark ? markdown.slice(0, start) : markdown;
}

function isUnfinishedLine(line: string): boolean {
  if (line.endsWith("\n")) return false;
  if (line.length > LONGEST_MARK) return TABLE_ROW.test(line);
  return BLOCK_MARK_ONLY.test(line) || TASK_MARK_ONLY.test(line) || TABLE_ROW.test(line);
}

/** The header of a table looks like a paragraph until its second line has come. */
function dropLoneHeader(markdown: string): string {
  if (!markdown.endsWith("\n")) return markdown;
  const start = markdown.lastIndexOf("\n", markdown.length - 2) + 1;
  const before = markdown.slice(markdown.lastIndexOf("\n", start - 2) + 1, start);
  const isHeader = TABLE_ROW.test(markdown.slice(start)) && !(start > 0 && TABLE_ROW.test(before));
  return isHeader ? markdown.slice(0, start) : markdown;
}

function holdBackInline(markdown: string): string {
  const tailStart = Math.max(markdown.lastIndexOf("\n") + 1, markdown.length - TAIL);
  let tail = markdown.slice(tailStart);
  if (findOpenCode(tail) !== "") return markdown;
  for (let before = ""; before !== tail;) {
    before = tail;
    tail = tail.replace(/[\ud800-\udbff]$/, "");
    tail = cutAt(tail, OPEN_LINK);
    tail = cutAt(tail, OPEN_WORD);
    tail = cutAt(tail, OPEN_MARKS);
  }
  return markdown.slice(0, tailStart) + tail;
}

function cutAt(text: string, pattern: RegExp): string {
  const found = pattern.exec(text);
  return found ? text.slice(0, found.index) : text;
}

/** The marks of the inline code that a line leaves open and has begun to fill, else "". */
export function findOpenCode(line: string): string {
  const runs = Array.from(line.matchAll(/`+/g));
  let index = 0;
  while (index < runs.length) {
    const marks = runs[index]?.[0] ?? "";
    const closing = runs.findIndex(([other], at) => at > index && other === marks);
    if (closing === -1) {
      const filled = line.slice((runs[index]?.index ?? 0) + marks.length).trim() !== "";
      return filled && marks.length <= 2 ? marks : "";
    }
    index = closing + 1;
  }
  return "";
}
