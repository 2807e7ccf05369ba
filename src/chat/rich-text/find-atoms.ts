/** A piece of text that a cut must not fall into: `[start, end)`. */
export type Atom = { start: number; end: number };

// Every repetition is bounded and stops at its own opening mark, so that the search stays linear.
const ATOM = new RegExp(
  [
    String.raw`\\[^\w\s]`,
    "(?<!`)`[^`\\n]{1,500}`(?!`)",
    "(?<!`)``(?:[^`\\n]|`(?!`)){1,500}``(?!`)",
    String.raw`!?\[[^\[\]\n]{0,500}\]\((?:<[^<>\n]{0,2000}>|(?:[^()\s]|\([^()\s]{0,500}\)){0,2000})\)`,
    String.raw`<[^<>\s][^<>\n]{0,2000}>`,
    String.raw`https?:\/\/[^\s<>]{1,2000}`,
    String.raw`:[a-z0-9_+-]{1,64}:`,
    String.raw`&(?:[a-z]{2,8}|#\d{1,7}|#x[0-9a-f]{1,6});`,
    String.raw`@[\p{L}\p{N}_.-]{1,64}`,
    String.raw`(?<mark>\*{1,3}|~{1,2}|_{1,2})(?=\S)[^*~_\n]{1,200}\k<mark>`,
  ].join("|"),
  "giu",
);

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Links, inline code, mentions, entities, escapes, emoji codes and short styled spans of a text, in order. */
export function findAtoms(text: string): Atom[] {
  return Array.from(text.matchAll(ATOM), ({ index, 0: whole }) => ({
    start: index,
    end: index + whole.length,
  }));
}

/** The start of the grapheme cluster that the offset falls into, or the offset itself at a border. */
export function graphemeStart(text: string, offset: number): number {
  if (offset >= text.length) return offset;
  return graphemes.segment(text).containing(offset)?.index ?? offset;
}
