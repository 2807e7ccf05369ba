import * as fc from "../../support/fast-check.ts";
import { describe, expect, test } from "vitest";
import { fromSlack } from "../../../src/chat/rich-text/from-slack.ts";
import { parseMarkdown } from "../../../src/chat/rich-text/parse-markdown.ts";
import { toPlain } from "../../../src/chat/rich-text/to-plain.ts";
import { toSlack } from "../../../src/chat/rich-text/to-slack.ts";
import { arbitraryMarkdown } from "../../support/arbitrary-markdown.ts";

const Z = "\u200b";
const slack = (markdown: string) => toSlack(parseMarkdown(markdown));

test.each([
  ["styles", "**b** *i* ~~s~~ ***bi***", "*b* _i_ ~s~ *_bi_*"],
  ["nested styles", "**a *b* c**", "*a* *_b_* *c*"],
  ["a style over lines", "**a\nb**", "*a*\n*b*"],
  ["bold inside a word", "foo**bar**baz", `foo${Z}*bar*${Z}baz`],
  ["bold beside East Asian text", "含**重点**内容", `含${Z}*重点*${Z}内容`],
  ["bold beside punctuation", "(**a**), **b**.", "(*a*), *b*."],
  ["code inside a word", "x`y`z", `x${Z}\`y\`${Z}z`],
  ["what Slack reads", "a & b < c > d `<x>`", "a &amp; b &lt; c &gt; d `&lt;x&gt;`"],
  ["a link", "[a b](https://e.org/?a=1&b=2)", "<https://e.org/?a=1&amp;b=2|a b>"],
  ["a link's own style", "**[a](https://e.org)**", "*<https://e.org|a>*"],
  ["styles in a label", "[a *b* `c`](https://e.org)", "<https://e.org|a b c>"],
  [
    "a bar and brackets in an address",
    "[a](<https://e.org/a|b%3Ec>)",
    "<https://e.org/a%7Cb%3Ec|a>",
  ],
  ["an address", "https://e.org/a_b_c.", "<https://e.org/a_b_c>."],
  ["an image", "![a cat](https://e.org/c.png)", "<https://e.org/c.png|a cat>"],
  ["a heading", "# Big *and* `x`", "*Big* *_and_* *`x`*"],
  ["a rule", "a\n\n---\n\nb", "a\n\n──────────\n\nb"],
  ["a quote with a nested one", "> a\n> > b", "> a\n> \n> b"],
  ["a quote in a list", "- a\n  > b", "• a\n    │ b"],
  ["lists in lists", "- a\n  - b\n    - c\n- d", "• a\n    ◦ b\n        ▪ c\n• d"],
  ["numbers that start later", "3. a\n4. b", "3. a\n4. b"],
  ["loose items", "- a\n\n  b\n\n- c", "• a\n\n    b\n\n• c"],
  ["tasks", "- [ ] a\n- [x] b", "☐ a\n☑ b"],
  ["a fence without its language", "```ts\na<b>\n```", "```\na&lt;b&gt;\n```"],
  ["code in a list at the edge", "1. a\n\n   ```\n   x\n   ```", "1. a\n\n```\nx\n```"],
  ["backticks in code", "`` a`b ``", "`a\u02cbb`"],
  ["a fence inside a fence", "````\n```\n````", `\`\`\`\n\`\`${Z}\`\n\`\`\``],
  ["marks that are text", "\\*a\\* and \\_b\\_ ", `*${Z}a* and _${Z}b_`],
  ["harmless marks", "2*3, snake_case_name, ~5", "2*3, snake_case_name, ~5"],
  ["a quote mark that is text", "\\> a", `${Z}&gt; a`],
])("Slack gets %s", (_name, markdown, expected) => {
  expect(slack(markdown)).toBe(expected);
});

test("a table is aligned by display width", () => {
  expect(slack("| a | n |\n|---|--:|\n| 漢字 | 1 |\n| 👍 x | 22 |")).toBe(
    ["```", "a      n", "────  ──", "漢字   1", "👍 x  22", "```"].join("\n"),
  );
});

test("a table too wide for a window becomes a list of its rows", () => {
  const long = "word ".repeat(20).trim();
  expect(slack(`| Name | About |\n|---|---|\n| Ana | ${long} |\n| Bo | |`)).toBe(
    `• *Name*: Ana\n    *About*: ${long}\n• *Name*: Bo`,
  );
});

describe("for any Markdown", () => {
  test("every angle bracket and ampersand that is not ours is escaped", () => {
    fc.assert(
      fc.property(arbitraryMarkdown, (markdown) => {
        const rest = slack(markdown)
          .replace(/<(?:https?:\/\/|mailto:)[^<>|\s]+(?:\|[^<>\n]*)?>/g, "")
          .replace(/^> /gm, "");
        expect(rest).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)/);
      }),
    );
  });

  test("the way to Slack and back keeps the words in their order", () => {
    const names = { users: new Map(), channels: new Map(), groups: new Map() };
    const toLetters = (text: string) =>
      text.replace(/https?:\/\/[^\s)>\]]+|\[x\]/g, "").replace(/[^\p{L}]|\u02cb/gu, "");
    fc.assert(
      fc.property(arbitraryMarkdown, (markdown) => {
        const tree = parseMarkdown(markdown);
        expect(toLetters(fromSlack(toSlack(tree), names))).toBe(toLetters(toPlain(tree)));
      }),
    );
  });
});
