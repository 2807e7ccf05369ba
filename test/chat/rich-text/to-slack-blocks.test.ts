import * as fc from "../../support/fast-check.ts";
import { expect, test } from "vitest";
import { parseMarkdown } from "../../../src/chat/rich-text/parse-markdown.ts";
import { toSlackBlocks } from "../../../src/chat/rich-text/to-slack-blocks.ts";
import { arbitraryPings } from "../../support/arbitrary-markdown.ts";

const blocks = (markdown: string) => toSlackBlocks(parseMarkdown(markdown));
const text = (words: string, style?: object) => ({
  type: "text",
  text: words,
  ...(style && { style }),
});

test("paragraphs are sections whose text is literal", () => {
  expect(blocks("a **b** <x>\n\n[c](https://e.org)")).toEqual([
    {
      type: "rich_text",
      elements: [
        {
          type: "rich_text_section",
          elements: [text("a "), text("b", { bold: true }), text(" <x>"), text("\n\n")],
        },
        {
          type: "rich_text_section",
          elements: [{ type: "link", url: "https://e.org", text: "c" }],
        },
      ],
    },
  ]);
});

test("nested lists are flat lists with an indent, numbered on after what came between", () => {
  const item = (words: string) => ({ type: "rich_text_section", elements: [text(words)] });
  expect(blocks("1. a\n   - b\n2. c")).toEqual([
    {
      type: "rich_text",
      elements: [
        { type: "rich_text_list", style: "ordered", indent: 0, elements: [item("a")] },
        { type: "rich_text_list", style: "bullet", indent: 1, elements: [item("b")] },
        { type: "rich_text_list", style: "ordered", indent: 0, offset: 1, elements: [item("c")] },
      ],
    },
  ]);
});

test("code, quotes, rules, headings, tasks and tables have their own parts", () => {
  expect(
    blocks("# T\n\n```js\nx\n```\n\n> q\n> > r\n\n---\n\n- [x] d\n\n| a |\n|---|\n| 1 |"),
  ).toEqual([
    {
      type: "rich_text",
      elements: [
        { type: "rich_text_section", elements: [text("T", { bold: true }), text("\n")] },
        { type: "rich_text_preformatted", elements: [text("x")] },
        { type: "rich_text_quote", elements: [text("q")] },
        { type: "rich_text_quote", elements: [text("r")] },
      ],
    },
    { type: "divider" },
    {
      type: "rich_text",
      elements: [
        {
          type: "rich_text_list",
          style: "bullet",
          indent: 0,
          elements: [{ type: "rich_text_section", elements: [text("☑ "), text("d")] }],
        },
        { type: "rich_text_preformatted", elements: [text("a\n─\n1")] },
      ],
    },
  ]);
});

test("a message that passes Slack's limits has no blocks", () => {
  expect(blocks("word ".repeat(3000))).toBeUndefined();
  expect(blocks("---\n\n".repeat(51))).toBeUndefined();
  expect(blocks("")).toBeUndefined();
});

test("no block mentions anybody and none is empty", () => {
  fc.assert(
    fc.property(arbitraryPings, (markdown) => {
      const json = JSON.stringify(blocks(markdown) ?? []);
      expect(json).not.toMatch(/"type":"(?:user|usergroup|broadcast|channel)"/);
      expect(json).not.toMatch(/@(?:everyone|here|channel\b|group\b)/i);
      expect(json).not.toContain('"elements":[]');
    }),
  );
});
