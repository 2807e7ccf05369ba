/** An open code fence: what reopens it in the next message and what closes it in this one. */
export type Fence = {
  /** The quote marks and spaces before the fence. */
  prefix: string;
  marks: string;
  /** What follows the opening marks: the language. */
  info: string;
};

/** One line of a text: `[start, end)` in UTF-16 units with its line feed, and the fence that is open where it begins. */
export type TextLine = { start: number; end: number; fence: Fence | undefined };

// Longer marks and deeper ones are no fences here, so that what a split adds stays below 128 characters. A backtick soon
// after the marks makes it inline code, as in CommonMark; one after 64 characters does not, so that a cut line stays what it was.
const OPENING =
  /^([ \t>]{0,24})((?:[-*+•◦▪]|\d{1,9}[.)])[ \t]{1,4})?(`{3,8}|~{3,8})(?![`~])(?=[^`\n]{64}|[^`\n]*$)/;
const CLOSING = /^[ \t>]{0,38}(`{3,8}|~{3,8})$/;
const MAX_INFO = 24;
// More text or more blanks after a fence's marks count as a line of their own, which may be cut.
const MAX_REST = 64;
const MAX_BLANKS = 16;

/** The lines of a text, each with the fence open at its start; an empty one at the end has the fence left open. */
export function findLines(text: string): TextLine[] {
  const lines: TextLine[] = [];
  let fence: Fence | undefined;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline + 1;
    const line = text.slice(start, end);
    const next = nextFence(fence, line);
    const marks = next === fence ? line.length : measureMarks(line);
    lines.push({ start, end: start + marks, fence });
    if (marks < line.length) lines.push({ start: start + marks, end, fence: next });
    fence = next;
    start = end;
  }
  lines.push({ start: text.length, end: text.length, fence });
  return lines;
}

/** How much of a fence's line must stay whole. */
function measureMarks(line: string): number {
  const content = line.trimEnd().length;
  const marks = OPENING.exec(line)?.[0].length ?? content;
  if (content - marks > MAX_REST) return marks;
  return line.length - content > MAX_BLANKS ? content : line.length;
}

/** The fence that is open after a line, the same object where nothing changed. */
function nextFence(fence: Fence | undefined, line: string): Fence | undefined {
  const still = fence && leavesQuote(fence, line) ? undefined : fence;
  if (still) return closesFence(still, line) ? undefined : still;
  return openFence(line);
}

/** Whether a line, or a piece of one that a cut would put on a line of its own, opens or closes a fence. */
export function isFenceLine(fence: Fence | undefined, line: string): boolean {
  return fence ? closesFence(fence, line) : OPENING.test(line.trimEnd());
}

function openFence(line: string): Fence | undefined {
  const content = line.trimEnd();
  const opening = OPENING.exec(content);
  if (!opening) return undefined;
  const [whole, prefix = "", bullet = "", marks = ""] = opening;
  const info = content.slice(whole.length);
  return {
    prefix: prefix + " ".repeat(bullet.length),
    marks,
    info: info.length <= MAX_INFO ? info : "",
  };
}

function closesFence(fence: Fence, line: string): boolean {
  const marks = CLOSING.exec(line.trimEnd())?.[1];
  return marks !== undefined && marks[0] === fence.marks[0] && marks.length >= fence.marks.length;
}

/** A fence inside a quote ends with the quote. */
function leavesQuote(fence: Fence, line: string): boolean {
  return fence.prefix.includes(">") && !line.trimStart().startsWith(">");
}
