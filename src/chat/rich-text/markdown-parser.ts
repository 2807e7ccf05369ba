import MarkdownIt from "markdown-it";

export type InlineState = InstanceType<typeof MarkdownIt.StateInline>;
type BlockState = InstanceType<typeof MarkdownIt.StateBlock>;
export type Token = InstanceType<typeof MarkdownIt.Token>;
export type MarkdownParser = InstanceType<typeof MarkdownIt>;

// A list takes two levels, a quote one. What is nested deeper is kept as plain text.
const MAX_LEVEL = 16;
const LINKABLE = /^(?:https?:\/\/|mailto:)\S/i;
const WWW = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:[/?#][^\s<]*)?/i;
const TRAILING_PUNCTUATION = /[.,:;!?'"*_~)\]]+$/;
const CJK =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uffef]/u;
const ASTERISK = 0x2a;

/**
 * markdown-it, because it alone of the parsers tried stays linear on hostile input, bounds nesting, and has few
 * dependencies. GFM tables, strikethrough and autolinks; HTML is text; only web and mail addresses become links.
 */
export function createMarkdownParser(): MarkdownParser {
  const parser = new MarkdownIt({ html: false, linkify: true });
  parser.validateLink = (url) => LINKABLE.test(url);
  // Without a scheme only `www.` counts: `setup.py` is a file, not a host in Paraguay.
  parser.linkify.set({ fuzzyLink: false, fuzzyIP: false });
  parser.linkify.add("www.", {
    validate: (text: string, position: number) => matchHost(text.slice(position, position + 2000)),
    normalize: (match: { url: string }) => {
      match.url = `https://${match.url}`;
    },
  });
  parser.block.ruler.before("table", "too-deep", keepAsText);
  parser.inline.ruler.at("emphasis", scanEmphasis);
  return parser;
}

function matchHost(tail: string): number {
  return WWW.exec(tail)?.[0].replace(TRAILING_PUNCTUATION, "").length ?? 0;
}

/** Where blocks nest too deeply, the rest of the enclosing block becomes one paragraph of text: markdown-it would drop it. */
function keepAsText(state: BlockState, startLine: number, endLine: number, silent: boolean) {
  if (silent || state.level < MAX_LEVEL) return false;
  const token = state.push("paragraph_open", "p", 1);
  token.map = [startLine, endLine];
  const inline = state.push("inline", "", 0);
  inline.content = state.getLines(startLine, endLine, state.blkIndent, false).trim();
  inline.map = [startLine, endLine];
  inline.children = [];
  state.push("paragraph_close", "p", -1);
  state.line = endLine;
  return true;
}

/**
 * The library's own rule, except that `*` beside Chinese, Japanese or Korean text opens and closes as its side of
 * the white space says: those scripts put no spaces around words, and CommonMark's punctuation rule leaves `**「a」**b` bare.
 */
function scanEmphasis(state: InlineState, silent: boolean): boolean {
  const marker = state.src.charCodeAt(state.pos);
  if (silent || (marker !== ASTERISK && marker !== 0x5f)) return false;
  const { length, can_open, can_close } = state.scanDelims(state.pos, marker === ASTERISK);
  const before = state.src.slice(Math.max(0, state.pos - 1), state.pos);
  const after = state.src.slice(state.pos + length, state.pos + length + 1);
  const eastAsian = marker === ASTERISK && (CJK.test(before) || CJK.test(after));
  for (let index = 0; index < length; index++) {
    state.push("text", "", 0).content = String.fromCharCode(marker);
    state.delimiters.push({
      marker,
      length,
      token: state.tokens.length - 1,
      end: -1,
      open: eastAsian ? /\S/.test(after) : can_open,
      close: eastAsian ? /\S/.test(before) : can_close,
    });
  }
  state.pos += length;
  return true;
}
