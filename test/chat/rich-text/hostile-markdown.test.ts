import * as fc from "../../support/fast-check.ts";
import { describe, expect, test } from "vitest";
import { renderGrowing } from "../../../src/chat/rich-text/incremental.ts";
import { parseMarkdown } from "../../../src/chat/rich-text/parse-markdown.ts";
import { toDiscord } from "../../../src/chat/rich-text/to-discord.ts";
import { toPlain } from "../../../src/chat/rich-text/to-plain.ts";
import { toSlack } from "../../../src/chat/rich-text/to-slack.ts";
import { arbitraryMarkdown } from "../../support/arbitrary-markdown.ts";

const RENDERERS = [toSlack, toDiscord, toPlain] as const;
const SIZE = 100_000;
const fill = (piece: string) => piece.repeat(Math.ceil(SIZE / piece.length));

// Each took seconds or overflowed the stack in a parser or renderer that was tried; a quadratic step fails by the time limit.
describe("100 kB made to hurt are rendered", () => {
  test.each([
    ["quotes in quotes", ">".repeat(SIZE)],
    ["lists in lists", `${"- ".repeat(1000)}x\n${fill("b\n")}`],
    ["quotes continued lazily", `${">".repeat(1000)}a\n${fill("b\n")}`],
    ["crossed emphasis", fill("**x* ")],
    ["open emphasis of two kinds", fill("*a_ ")],
    ["open brackets", fill("[")],
    ["open links", fill("[a](")],
    ["open images", fill("![")],
    ["backticks of two lengths", fill("`a``")],
    ["open CDATA", fill("a <![CDATA[")],
    ["a mail address without end", `${fill("a.b_")}@`],
    ["a table of empty rows", `${"|a".repeat(1000)}\n${"|-".repeat(1000)}\n${fill("|\n")}`],
    ["a table with a long header", `|${"a".repeat(90)}|b|\n|-|-|\n${fill("|c|d|\n")}`],
    ["spaces", `${" ".repeat(SIZE)}x`],
    ["invisible mentions", fill("@\u200d")],
  ])("%s", { timeout: 60_000 }, (_name, markdown) => {
    const tree = parseMarkdown(markdown);
    for (const render of RENDERERS) {
      expect(render(tree).length).toBeLessThan(20 * markdown.length);
    }
    expect(renderGrowing(markdown, toSlack, { done: false })).toBeTypeOf("string");
  });
});

test("a rendering is never much longer than its Markdown", () => {
  fc.assert(
    fc.property(arbitraryMarkdown, (markdown) => {
      const tree = parseMarkdown(markdown);
      for (const render of RENDERERS) {
        expect(render(tree).length).toBeLessThanOrEqual(5 * markdown.length + 100);
      }
    }),
  );
});
