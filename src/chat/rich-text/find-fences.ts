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

// Longer ones are no fences here; the bounds keep what a split adds below 128 characters.
const OPENING =
  /^([ \t>]{0,24})((?:[-*+•◦▪]|\d{1,9}[.)])[ \t]{1,4})?(`{3,8}|~{3,8})(?![`~])([^`\n]{0,64})$/;
const CLOSING = /^[ \t>]{0,38}(`{3,8}|~{3,8})[ \t]{0,16}$/;
const LONGEST = 128;
const MAX_INFO = 24;

/** The lines of a text, each with the fence open at its start; an empty one at the end has the fence left open. */
export function findLines(text: string): TextLine[] {
  const lines: TextLine[] = [];
  let fence: Fence | undefined;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline + 1;
    lines.push({ start, end, fence });
    fence = nextFence(fence, text.slice(start, end));
    start = end;
  }
  lines.push({ start: text.length, end: text.length, fence });
  return lines;
}

/** The fence that is open after a line, the same object where nothing changed. */
export function nextFence(fence: Fence | undefined, line: string): Fence | undefined {
  const still = fence && leavesQuote(fence, line) ? undefined : fence;
  if (still) return closesFence(still, line) ? undefined : still;
  return openFence(line);
}

/** Whether a line, or a piece of one that a cut would put on a line of its own, opens or closes a fence. */
export function isFenceLine(fence: Fence | undefined, line: string): boolean {
  return fence ? closesFence(fence, line) : openFence(line) !== undefined;
}

function openFence(line: string): Fence | undefined {
  const opening = line.length > LONGEST ? undefined : OPENING.exec(line.replace(/\r?\n$/, ""));
  if (!opening) return undefined;
  const [, prefix = "", bullet = "", marks = "", info = ""] = opening;
  const fits = info.length <= MAX_INFO;
  return {
    prefix: prefix + " ".repeat(bullet.length),
    marks,
    info: fits ? info.trimEnd() : "",
  };
}

function closesFence(fence: Fence, line: string): boolean {
  const closing = line.length > LONGEST ? undefined : CLOSING.exec(line.replace(/\r?\n$/, ""));
  const marks = closing?.[1];
  return marks !== undefined && marks[0] === fence.marks[0] && marks.length >= fence.marks.length;
}

/** A fence inside a quote ends with the quote. */
function leavesQuote(fence: Fence, line: string): boolean {
  return fence.prefix.includes(">") && !line.trimStart().startsWith(">");
}
