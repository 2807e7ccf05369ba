// Wide in most terminals: East Asian scripts and pictographs. Counting too much is harmless here.
const WIDE =
  /\p{Extended_Pictographic}|\p{Regional_Indicator}|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFFE6]|[\u{20000}-\u{3FFFD}]/u;
const NARROW = /^[\p{Letter}\p{Number}\p{Punctuation}\p{Symbol} ]?\p{Mark}*$/u;

const segmenter = new Intl.Segmenter();

/**
 * Cuts a text into rows of at most `columns` cells, at spaces where there are any. No row is wider
 * than the terminal shows it, so that rows can be counted and taken back.
 */
export function wrapText(text: string, columns: number): string[] {
  const limit = Math.max(columns, 2);
  return text
    .replaceAll("\t", "    ")
    .split("\n")
    .flatMap((line) => wrapLine(line, limit));
}

/** The most cells that a terminal gives a text. */
export function countCells(text: string): number {
  return Array.from(segmenter.segment(text), ({ segment }) => cellsOf(segment)).reduce(
    (sum, cells) => sum + cells,
    0,
  );
}

function wrapLine(line: string, limit: number): string[] {
  const rows: string[] = [];
  let row = "";
  let width = 0;
  for (const { segment } of segmenter.segment(line)) {
    const cells = cellsOf(segment);
    if (width + cells > limit) {
      const space = segment === " " ? -1 : row.lastIndexOf(" ");
      const kept = space > 0 ? row.slice(space + 1) : "";
      rows.push(space > 0 ? row.slice(0, space) : row);
      row = kept;
      width = countCells(kept);
      if (segment === " ") continue;
    }
    row += segment;
    width += cells;
  }
  return [...rows, row];
}

/** The most cells that a terminal gives one grapheme: some draw the parts of a joined one apart. */
function cellsOf(grapheme: string): number {
  if (NARROW.test(grapheme) && !WIDE.test(grapheme)) return 1;
  return Array.from(grapheme).length * 2;
}
