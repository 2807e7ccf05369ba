import { assert, constantFrom, array, property } from "../../support/fast-check.ts";
import { describe, expect, it } from "vitest";
import {
  PART_CHARACTERS,
  toGrowingPart,
  toReplyParts,
} from "../../../src/chat/slack/reply/reply-parts.ts";
import { arbitraryMarkdown } from "../../support/arbitrary-markdown.ts";

describe("the parts of a Slack reply", () => {
  it("are never blank, never too long, and at least one", () => {
    assert(
      property(array(arbitraryMarkdown, { maxLength: 12 }), (texts) => {
        const parts = toReplyParts(texts.join("\n\n").repeat(3));
        expect(parts.length).toBeGreaterThan(0);
        for (const { text } of parts) {
          expect(text.trim()).not.toBe("");
          expect(text.length).toBeLessThanOrEqual(PART_CHARACTERS);
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each(["", " \n\t", "\u200b", "\u2060\u00a0\u200f", "\u2800"])(
    "of what nobody could see (%j) are one that is seen",
    (markdown) => {
      const parts = toReplyParts(markdown);
      expect(parts).toMatchObject([{ text: expect.stringMatching(/[^\s\p{Cf}\u2800]/u) }]);
      expect(toGrowingPart(markdown)).toBeUndefined();
    },
  );

  it("keep every word, whatever stands around the cuts", () => {
    const line = constantFrom("- ", "1. ", "> ", "## ", "", "**", "`", "| ");
    assert(
      property(array(line, { minLength: 200, maxLength: 400 }), (marks) => {
        const markdown = marks
          .map((mark, i) => `${mark}w${i}a w${i}b w${i}c w${i}d w${i}e w${i}f`)
          .join("\n\n");
        const words = toReplyParts(markdown).flatMap(({ text }) => text.match(/w\d+[a-f]/g) ?? []);
        expect(words).toEqual(markdown.match(/w\d+[a-f]/g));
      }),
      { numRuns: 20 },
    );
  });

  it("keep the addresses of links that are defined elsewhere", () => {
    const text = `See [the policy][1].\n\n${"word ".repeat(1000)}\n\n[1]: https://example.com/policy`;
    const whole = toReplyParts(text)
      .map((part) => part.text)
      .join("\n");
    expect(whole).toContain("<https://example.com/policy|the policy>");
  });

  it("close and open the fence that a cut goes through", () => {
    const parts = toReplyParts(`\`\`\`ts\n${"const a = 1;\n".repeat(500)}\`\`\``);
    expect(parts.length).toBeGreaterThan(1);
    for (const { text } of parts) expect(text.match(/```/g)).toHaveLength(2);
  });

  it("show a growing text with its open marks closed, and nothing where nothing can be shown", () => {
    expect(toGrowingPart("Thirty **da")?.text).toBe("Thirty *da*");
    expect(toGrowingPart("")).toBeUndefined();
    expect(toGrowingPart("# ")).toBeUndefined();
    expect(toGrowingPart("word ".repeat(2000))).toBeUndefined();
  });
});
