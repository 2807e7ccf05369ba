import { describe, expect, test } from "vitest";
import { parseMarkdown } from "../../../src/chat/rich-text/parse-markdown.ts";
import { toPlain } from "../../../src/chat/rich-text/to-plain.ts";

const text = (words: string) => ({ type: "text", text: words });

describe("a Markdown text becomes a tree", () => {
  test("of paragraphs with nested styles", () => {
    expect(parseMarkdown("a **b *c*** ~~d~~ `e`")).toEqual([
      {
        type: "paragraph",
        children: [
          text("a "),
          { type: "strong", children: [text("b "), { type: "emphasis", children: [text("c")] }] },
          text(" "),
          { type: "strike", children: [text("d")] },
          text(" "),
          { type: "code", text: "e" },
        ],
      },
    ]);
  });

  test("of headings, rules and code with its language", () => {
    expect(parseMarkdown("## T\n\n---\n\n```js title=x\na\n\nb\n```")).toEqual([
      { type: "heading", level: 2, children: [text("T")] },
      { type: "rule" },
      { type: "code", language: "js", text: "a\n\nb" },
    ]);
  });

  test("of task lists in ordered lists, tight or loose", () => {
    const [list] = parseMarkdown("3. a\n   - [x] b\n   - [ ] c\n4. d");
    expect(list).toMatchObject({
      type: "list",
      start: 3,
      tight: true,
      items: [
        {
          checked: undefined,
          children: [
            { type: "paragraph" },
            { type: "list", start: undefined, items: [{ checked: true }, { checked: false }] },
          ],
        },
        { children: [{ children: [text("d")] }] },
      ],
    });
    expect(parseMarkdown("- a\n\n- b")).toMatchObject([{ tight: false }]);
    expect(parseMarkdown("- a\n  - b\n\n  - c\n- d")).toMatchObject([{ tight: true }]);
  });

  test("of tables with their alignment, the cells as many as the header", () => {
    expect(parseMarkdown("| a | b |\n|:-:|--:|\n| **1** |\n")).toEqual([
      {
        type: "table",
        align: ["center", "right"],
        header: [[text("a")], [text("b")]],
        rows: [[[{ type: "strong", children: [text("1")] }], []]],
      },
    ]);
  });

  test.each([
    ["https://e.org/a_b.", "https://e.org/a_b"],
    ["www.e.org/x!", "https://www.e.org/x"],
    ["me@e.org", "mailto:me@e.org"],
    ["<https://e.org/?a=1&b=2>", "https://e.org/?a=1&b=2"],
  ])("linking the address %s", (markdown, url) => {
    expect(JSON.stringify(parseMarkdown(markdown))).toContain(JSON.stringify({ url }).slice(1, -1));
  });

  test.each(["setup.py and main.rs", "[x](javascript:alert(1))", "[x](docs/a.md)", "<b>x</b>"])(
    "leaving %s as the text it is",
    (markdown) => {
      expect(parseMarkdown(markdown)).toEqual([{ type: "paragraph", children: [text(markdown)] }]);
    },
  );

  test("closing emphasis beside East Asian punctuation", () => {
    expect(parseMarkdown("含**「重点」**内容")).toEqual([
      {
        type: "paragraph",
        children: [text("含"), { type: "strong", children: [text("「重点」")] }, text("内容")],
      },
    ]);
  });

  test("breaking lines where the model did, with `<br>` too", () => {
    expect(parseMarkdown("a\nb<br/>c")).toMatchObject([
      { children: [text("a"), { type: "break" }, text("b"), { type: "break" }, text("c")] },
    ]);
  });
});

describe("nesting beyond the bound", () => {
  test.each([
    ["quotes", `${">".repeat(1000)} deep`],
    ["lists", `${"- ".repeat(1000)}deep`],
    ["both", `${"> - ".repeat(500)}deep`],
    ["styles", `${"**a _b ".repeat(300)}deep`],
  ])("keeps the words of a thousand %s", (_name, markdown) => {
    const tree = parseMarkdown(markdown);
    expect(toPlain(tree)).toContain("deep");
    expect(JSON.stringify(tree).split('"children"').length).toBeLessThan(400);
  });
});
