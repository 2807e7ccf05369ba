/** A retry comes at most so long after the answer. */
export const RETRY_WITHIN_MS = 2 * 60_000;

const FEWEST_WORDS = 3;
/** Share of letter pairs that two texts must have in common: typing errors pass, other words do not. */
const LEAST_LIKENESS = 0.9;

const words = new Intl.Segmenter(undefined, { granularity: "word" });

/**
 * Whether a text asks nearly the same as an earlier one: the same but for mentions, case,
 * punctuation and typing errors, with the same numbers, and three words at least, since "yes",
 * "go on" and "thank you" are said twice for other reasons. Likeness is the Sørensen–Dice
 * coefficient of letter pairs (Dice 1945, Ecology 26(3)).
 */
export function isNearlySame(one: string, other: string): boolean {
  const [a, b] = [toPlainWords(one), toPlainWords(other)];
  // Texts of very different lengths cannot be that alike: most pairs end here.
  if (Math.min(a.length, b.length) < LEAST_LENGTH_RATIO * Math.max(a.length, b.length))
    return false;
  if (numbersIn(a) !== numbersIn(b) || likeness(a, b) < LEAST_LIKENESS) return false;
  return countWords(a) >= FEWEST_WORDS && countWords(b) >= FEWEST_WORDS;
}

const LONGEST_COMPARED = 4000;
const LEAST_LENGTH_RATIO = 0.8;

function toPlainWords(text: string): string {
  const plain = text.slice(0, LONGEST_COMPARED).normalize("NFKC").toLowerCase();
  return plain
    .replaceAll(/@\S+/g, " ")
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, " ")
    .trim();
}

function numbersIn(plain: string): string {
  return plain
    .split(" ")
    .filter((word) => /\p{N}/u.test(word))
    .join(" ");
}

/** Languages without spaces have words too. */
function countWords(plain: string): number {
  return Array.from(words.segment(plain)).filter(({ isWordLike }) => isWordLike).length;
}

function likeness(a: string, b: string): number {
  if (a === b) return 1;
  const pairs = countPairs(a);
  let common = 0;
  for (const [pair, count] of countPairs(b)) common += Math.min(count, pairs.get(pair) ?? 0);
  return (2 * common) / Math.max(1, a.length + b.length - 2);
}

function countPairs(text: string): Map<string, number> {
  const pairs = new Map<string, number>();
  for (let at = 0; at < text.length - 1; at++) {
    const pair = text.slice(at, at + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
}
