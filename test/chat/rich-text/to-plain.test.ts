import { expect, test } from "vitest";
import { parseMarkdown } from "../../../src/chat/rich-text/parse-markdown.ts";
import { toPlain } from "../../../src/chat/rich-text/to-plain.ts";

const plain = (markdown: string) => toPlain(parseMarkdown(markdown));

test.each([
  ["words without marks", "# T\n\n**b** *i* ~~s~~ `c`", "T\n\nb i s `c`"],
  [
    "links with their address",
    "[a](https://e.org), https://e.org",
    "a (https://e.org), https://e.org",
  ],
  ["images with their address", "![cat](https://e.org/c.png)", "cat (https://e.org/c.png)"],
  ["lists, tasks and numbers", "- a\n  1. b\n- [x] c", "- a\n  1. b\n- [x] c"],
  ["nested quotes", "> a\n> > b", "> a\n> \n> > b"],
  ["indented code", "- a\n\n  ```\n  x\n\n  y\n  ```", "- a\n\n      x\n\n      y"],
  ["tables", "| a | b |\n|---|---|\n| 1 | 2 |", "    a  b\n    ─  ─\n    1  2"],
])("a terminal gets %s", (_name, markdown, expected) => {
  expect(plain(markdown)).toBe(expected);
});

test("a terminal gets no control characters to obey", () => {
  expect(plain("a\u001b[31mb\u0007\u009b2J\tc `\u001b]0;x`")).toBe("a[31mb2J\tc `]0;x`");
});
