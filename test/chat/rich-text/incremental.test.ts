import * as fc from "../../support/fast-check.ts";
import { describe, expect, test } from "vitest";
import { holdBack } from "../../../src/chat/rich-text/hold-back.ts";
import { renderGrowing } from "../../../src/chat/rich-text/incremental.ts";
import { parseMarkdown } from "../../../src/chat/rich-text/parse-markdown.ts";
import { toDiscord } from "../../../src/chat/rich-text/to-discord.ts";
import { toSlack } from "../../../src/chat/rich-text/to-slack.ts";
import { arbitraryMarkdown } from "../../support/arbitrary-markdown.ts";

const grow = (markdown: string) => renderGrowing(markdown, toDiscord, { done: false });

describe("a half-written text shows", () => {
  test.each([
    ["open bold as bold", "a **bo", "a **bo**"],
    ["open bold and italics", "**a *b", "**a** ***b***"],
    ["half-closed bold as bold", "**a*", "**a**"],
    ["a mark with nothing after it as nothing", "a **", "a"],
    ["open strikethrough", "~~a", "~~a~~"],
    ["open code as code", "a `b **c", "a `b **c`"],
    ["open code inside bold", "**a `b", "**a** **`b`**"],
    ["no half link", "see [the site](https://exa", "see"],
    ["no link whose label is open", "see [the si", "see"],
    ["no half image", "see ![cat](", "see"],
    ["text before a half link in bold", "**see [a](htt", "**see**"],
    ["no half address", "see https://exa", "see"],
    ["no half mention or entity", "a <@12", "a"],
    ["no half entity", "a &am", "a"],
    ["an open fence as code", "```js\nlet x", "```js\nlet x\n```"],
    ["no fence before its first line is whole", "a\n\n```j", "a"],
    ["no half closing fence", "```\na\n``", "```\na\n```"],
    ["no heading made by half a rule", "a\n-", "a"],
    ["no list mark alone", "a\n\n2.", "a"],
    ["no half checkbox", "- a\n- [", "- a"],
    ["no header before its table", "a\n\n| b | c |\n|--", "a"],
    ["the whole rows of a table", "| b |\n|---|\n| 1 |\n| 2", "```\nb\n─\n1\n```"],
    ["finished text as it is", "a [1] and **b** c", "a \\[1] and **b** c"],
  ])("%s", (_name, markdown, expected) => {
    expect(grow(markdown).trim()).toBe(expected);
  });
});

describe("for any text and any moment", () => {
  const moment = fc.tuple(arbitraryMarkdown, fc.nat()).map(([markdown, at]) => ({
    markdown,
    prefix: markdown.slice(0, at % (markdown.length + 1)),
  }));

  test("rendering never throws and its fences are closed", () => {
    fc.assert(
      fc.property(moment, ({ prefix }) => {
        const fences = renderGrowing(prefix, toSlack, { done: false }).match(/^```/gm) ?? [];
        expect(fences.length % 2).toBe(0);
      }),
    );
  });

  test("the end equals the full rendering", () => {
    fc.assert(
      fc.property(arbitraryMarkdown, (markdown) => {
        expect(renderGrowing(markdown, toSlack, { done: true })).toBe(
          toSlack(parseMarkdown(markdown)),
        );
      }),
    );
  });

  test("what is held back is the end of the text only", () => {
    fc.assert(
      fc.property(moment, ({ prefix }) => {
        expect(prefix.startsWith(holdBack(prefix))).toBe(true);
      }),
    );
  });
});

test("no moment of an ordinary answer shows a bare mark", () => {
  const answer =
    "**Sure** — see *this* [guide](https://e.org/a_b) or `npm i`:\n\n1. **One**: ~~old~~ new\n2. Two\n\n```js\nlet x;\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nDone.";
  for (let at = 0; at <= answer.length; at++) {
    const shown = grow(answer.slice(0, at));
    expect(shown).not.toMatch(/\\[*_~`[|]|https:\/(?!\/)|<https:\/\/e\.org\/a_?>/);
  }
});
