import * as fc from "../../support/fast-check.ts";
import { describe, expect, it } from "vitest";
import { toStreamText } from "../../../src/chat/slack/reply/stream-text.ts";
import { arbitraryMarkdown, arbitraryPings } from "../../support/arbitrary-markdown.ts";

const DONE = { done: true };
const GROWING = { done: false };
const Z = "\u200b";
const bare = (text: string) => text.replaceAll(Z, "");
// As Slack looks for them, after dropping the characters that it may drop (never the zero-width space).
const strip = (text: string) => text.replace(/(?!\u200b)[\p{Cf}\p{Mn}]/gu, "").replace(ESCAPE, "");
const ESCAPE = /\\(?=[!-/:-@[-`{-~])/g;
const PINGS = /<[!@#]|@(?:everyone|here|channel\b|group\b)/i;
const FETCHES = /:\/\/|\]\(|<https?:|\p{L}\.\p{L}/u;

describe("the text of a stream", () => {
  it("has the letters of the answer, in order, at every moment", () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryMarkdown, arbitraryPings), fc.nat(), (markdown, cut) => {
        const prefix = markdown.slice(0, cut % (markdown.length + 1));
        expect(bare(markdown).startsWith(bare(toStreamText(prefix, GROWING)))).toBe(true);
        expect(bare(toStreamText(markdown, DONE))).toBe(bare(markdown));
      }),
    );
  });

  it("pings nobody and has nothing to fetch, at any moment", () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryMarkdown, arbitraryPings), fc.nat(), (markdown, cut) => {
        const prefix = markdown.slice(0, cut % (markdown.length + 1));
        for (const text of [toStreamText(prefix, GROWING), toStreamText(markdown, DONE)]) {
          expect(strip(text)).not.toMatch(PINGS);
          expect(strip(text)).not.toMatch(FETCHES);
        }
      }),
    );
  });

  it.each([
    "Sure. It takes **thirty** days, e-mail included: *no* charge!",
    "## Steps\n\n1. Open it\n2. `npm i`\n\n```\nlet x = 1;\n```\n\n| a | b |\n|---|---|\n| 1 | 2.5 |",
    "سلام 👩‍👩‍👧 — 3.14 < 4 & 5 > 4",
  ])("leaves an ordinary answer as it is: %j", (markdown) => {
    expect(toStreamText(markdown, DONE)).toBe(markdown);
  });

  it.each([
    ["https://e.org/a", `https:${Z}//e.${Z}org/a`],
    ["https:\\/\\/e\\.org", `https:${Z}\\/\\/e\\.${Z}org`],
    ["[a](b)", `[a]${Z}(b)`],
    ["[a]: b", `[a]${Z}: b`],
    ["<\\!channel>", `<${Z}\\!channel>`],
    ["&lt;!channel&gt;", `&${Z}lt;!channel&${Z}gt;`],
  ])("breaks %j where Slack would read more than letters", (markdown, expected) => {
    expect(toStreamText(markdown, DONE)).toBe(expected);
  });
});
