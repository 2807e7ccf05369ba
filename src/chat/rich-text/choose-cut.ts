import { findAtoms, graphemeStart, type Atom } from "./find-atoms.ts";
import { isFenceLine, type TextLine } from "./find-fences.ts";

/** What is known where the next cut is looked for: somewhere in `(start, hard]`. */
export type Window = {
  text: string;
  lines: readonly TextLine[];
  start: number;
  /** The index of the line that holds `start`. */
  line: number;
  /** The farthest end that fits. */
  hard: number;
  fits: (end: number) => boolean;
};

// From the best border to the worst.
const RANKS = ["paragraph", "line", "continuation", "code", "sentence", "word", "fence"] as const;
type Candidates = Record<(typeof RANKS)[number], number[]>;

const SENTENCE = /[.!?…]["'”’)\]*_~]{0,4}\s+|[。！？]["'”’」』)\]]{0,4}/g;
const WORD = /\s+/g;
// An atom that begins before the window's end may reach so far beyond it.
const LOOKAHEAD = 2100;
// No grapheme cluster worth keeping is longer.
const CLUSTER = 64;

/** The end of the next part: the best border in the last two thirds of what fits, else the best anywhere, else between graphemes, if any will do. */
export function chooseCut(window: Window): number | undefined {
  const { text, start, hard } = window;
  const atoms = findWholeAtoms(window);
  const isCut = (offset: number) =>
    text.slice(start, offset).trim() !== "" && isAllowed(window, atoms, offset);
  const candidates = findCandidates(window);
  const earliest = start + (hard - start) / 3;
  for (const least of [earliest, start]) {
    for (const rank of RANKS) {
      const found = candidates[rank].findLast((offset) => offset > least && isCut(offset));
      if (found !== undefined) return found;
    }
  }
  return cutAnywhere(window, atoms);
}

/** The atoms that fit into a part: a longer one has to be cut. */
function findWholeAtoms({ text, start, hard, fits }: Window): Atom[] {
  const room = hard - start;
  return findAtoms(text.slice(start, hard + LOOKAHEAD))
    .filter((atom) => atom.end - atom.start <= room)
    .map((atom) => ({ start: start + atom.start, end: start + atom.end }))
    .filter((atom) => atom.start > start || fits(atom.end));
}

function findCandidates(window: Window): Candidates {
  const { text, lines, start, line, hard } = window;
  const found: Candidates = {
    paragraph: [],
    line: [],
    continuation: [],
    code: [],
    sentence: [],
    word: [],
    fence: [],
  };
  for (let index = line + 1; (lines[index]?.start ?? Infinity) <= hard; index++) {
    found[rankLine(text, lines, index)].push(lines[index]?.start ?? hard);
  }
  const piece = text.slice(start, hard);
  for (const match of piece.matchAll(SENTENCE)) found.sentence.push(endOf(match, start));
  for (const match of piece.matchAll(WORD)) found.word.push(endOf(match, start));
  return found;
}

function endOf(match: RegExpExecArray, start: number): number {
  return start + match.index + match[0].length;
}

function rankLine(text: string, lines: readonly TextLine[], index: number): keyof Candidates {
  const previous = lines[index - 1];
  const here = lines[index];
  if (!previous || !here) return "continuation";
  const before = text.slice(previous.start, previous.end);
  const content = text.slice(here.start, Math.min(here.end, here.start + 128));
  if (here.fence) {
    const beside = previous.fence !== here.fence || isFenceLine(here.fence, content);
    return beside ? "fence" : "code";
  }
  if (/^[ \t]/.test(content)) return "continuation";
  return before.trim() === "" ? "paragraph" : "line";
}

function isAllowed(window: Window, atoms: readonly Atom[], offset: number): boolean {
  if (offset <= window.start) return false;
  if (atoms.some((atom) => atom.start < offset && offset < atom.end)) return false;
  return isClean(window, offset) && isGraphemeBorder(window, offset) && window.fits(offset);
}

/** Whether a cut leaves fences as they are: none is cut through, and no piece of a line becomes one. */
function isClean({ text, lines, start, line }: Window, offset: number): boolean {
  const here = findLine(lines, offset, line);
  if (!here || here.start === offset) return true;
  const head = text.slice(Math.max(here.start, start), offset);
  const tail = text.slice(offset, here.end);
  const isWhole = here.start >= start && isFenceLine(here.fence, text.slice(here.start, here.end));
  return !isWhole && !isFenceLine(here.fence, head) && !isFenceLine(here.fence, tail);
}

function findLine(lines: readonly TextLine[], offset: number, from: number): TextLine | undefined {
  let index = from;
  while ((lines[index]?.end ?? Infinity) <= offset) index++;
  return lines[index];
}

function isGraphemeBorder({ text, start }: Window, offset: number): boolean {
  return graphemeStart(text.slice(start, offset + CLUSTER), offset - start) === offset - start;
}

/** No border at all: the last place between two graphemes and outside atoms, and failing that the last that fits. */
function cutAnywhere(window: Window, atoms: readonly Atom[]): number | undefined {
  const { text, start, hard } = window;
  let offset = hard;
  while (offset > start) {
    const atom = atoms.find(({ start: from, end }) => from < offset && offset < end);
    if (atom && atom.start > start) offset = atom.start;
    offset = start + graphemeStart(text.slice(start, offset + CLUSTER), offset - start);
    if (isAllowed(window, atoms, offset)) return offset;
    offset--;
  }
  return undefined;
}
