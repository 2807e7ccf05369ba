import type { Run } from "./inline-runs.ts";

const JOINER = "\u200b";

/** What stands on the two sides of a place between runs. */
export type Seam = {
  /** The last character before it and the first after it; "" at the start of the line. */
  before: string;
  after: string;
  /** Whether the run on that side has marks around it. */
  markedBefore: boolean;
  marked: boolean;
};

function isMarked({ kind, strong, emphasis, strike }: Run): boolean {
  return kind === "code" || strong || emphasis || strike;
}

/**
 * The runs of a line as text. Marks hold only when they touch their text, so white space at the ends of a run moves
 * outside; where marks would run into what stands beside them, a zero-width space goes between.
 */
export function joinRuns(
  runs: readonly Run[],
  write: (run: Run) => string,
  collides: (seam: Seam) => boolean,
): string {
  const pieces: string[] = [];
  let before = "";
  let markedBefore = false;
  const add = (piece: string) => {
    pieces.push(piece);
    before = piece.at(-1) ?? before;
  };
  for (const run of runs) {
    const { leading, core, trailing } = trimAround(run);
    if (leading !== "") markedBefore = false;
    add(leading);
    if (core === "") continue;
    const piece = write({ ...run, text: core });
    const marked = isMarked(run);
    if (collides({ before, after: piece[0] ?? "", markedBefore, marked })) add(JOINER);
    add(piece);
    add(trailing);
    markedBefore = marked && trailing === "";
  }
  return pieces.join("");
}

function trimAround({ kind, text }: Run) {
  if (kind !== "text") return { leading: "", core: text, trailing: "" };
  const core = text.trim();
  const start = core === "" ? text.length : text.indexOf(core);
  return { leading: text.slice(0, start), core, trailing: text.slice(start + core.length) };
}
