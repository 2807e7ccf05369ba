import * as fc from "../../support/fast-check.ts";
import { describe, expect, test } from "vitest";
import { joinParts } from "../../../src/chat/rich-text/encode-part.ts";
import { findAtoms } from "../../../src/chat/rich-text/find-atoms.ts";
import {
  countCodePoints,
  needsFile,
  splitMessage,
} from "../../../src/chat/rich-text/split-message.ts";
import { arbitraryMarkdown } from "../../support/arbitrary-markdown.ts";

const EXTRAS = [
  "x".repeat(300),
  " ".repeat(250),
  "\n".repeat(230),
  "\n```\t",
  " \t",
  "\n``` \t\n",
  "`".repeat(9),
  "\u200b",
  "e\u0301\u0302",
  "> ```\n> a\n",
  "    ",
] as const;
const texts = fc
  .array(fc.oneof(arbitraryMarkdown, fc.constantFrom(...EXTRAS), fc.lorem({ maxCount: 80 })), {
    maxLength: 12,
    size: "max",
  })
  .map((pieces) => pieces.join(""));
const limits = fc.integer({ min: 200, max: 900 });
const measures = fc.constantFrom((text: string) => text.length, countCodePoints);

/** An independent look at fences at the left edge: how many are open at the end. */
function countOpenFences(part: string): number {
  let open = "";
  for (const line of part.split(/\r?\n/)) {
    const marks = /^(`{3,8}|~{3,8})(?![`~])(?=[^`]{64}|[^`]*$)([^\n]*)$/.exec(line.trimEnd());
    const closes = open !== "" && marks?.[1]?.startsWith(open) && marks[2] === "";
    if (closes) open = "";
    else if (open === "") open = marks?.[1] ?? "";
  }
  return open === "" ? 0 : 1;
}

describe("splitting, by law", () => {
  test("loses nothing, keeps to the limit, leaves no part blank and no pair of surrogates cut", () => {
    fc.assert(
      fc.property(texts, limits, measures, (text, limit, measure) => {
        const parts = splitMessage(text, { limit, measure });
        expect(joinParts(parts)).toBe(text);
        for (const part of parts) {
          expect(measure(part)).toBeLessThanOrEqual(limit);
          expect(part.trim()).not.toBe("");
          expect(part.isWellFormed()).toBe(text.isWellFormed());
        }
      }),
      { numRuns: 300 },
    );
  });

  test("leaves every part with its fences closed", () => {
    const flat = texts.map((text) =>
      text.replace(/^[ \t>]+|^(?:[-*+]|\d+\.) +/gm, "").replace(/^[ \t]*>/gm, ""),
    );
    fc.assert(
      fc.property(flat, limits, (text, limit) => {
        for (const part of splitMessage(text, { limit })) expect(countOpenFences(part)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  test("cuts no link, code, mention, entity, emoji code or grapheme", () => {
    const kept = [
      "<https://e.org/a b|some label>",
      "`npm run x`",
      "<@U123>",
      ":party_face:",
      "&amp;",
      "[a b](https://e.org)",
      "👨‍👩‍👧‍👦",
      "🇩🇪",
      "e\u0301",
      "\\*",
    ];
    const words = fc.array(
      fc.oneof(fc.constantFrom(...kept), fc.lorem({ maxCount: 4 }), fc.constant("…")),
      { minLength: 100, maxLength: 300, size: "max" },
    );
    fc.assert(
      fc.property(words, limits, (pieces, limit) => {
        const whole = pieces.join("·");
        const count = (text: string, piece: string) => text.split(piece).length;
        const parts = splitMessage(whole, { limit });
        for (const piece of kept) {
          const found = parts.reduce((sum, part) => sum + count(part, piece) - 1, 0);
          expect(found).toBe(count(whole, piece) - 1);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe("a cut falls", () => {
  const para = "word ".repeat(25).trim();
  test("between paragraphs rather than inside one", () => {
    const [first] = splitMessage(`${para}\n\n${para}\nline`, { limit: 200 });
    expect(first).toBe(`${para}\n\n`);
  });

  test("between lines, keeping an item with its continuation", () => {
    const [first, second] = splitMessage(`• ${para}\n• b\n    ◦ ${para}`, { limit: 200 });
    expect(first).toBe(`• ${para}\n`);
    expect(second).toBe(`• b\n    ◦ ${para}`);
  });

  test("between sentences, then words", () => {
    const [first] = splitMessage(`${para}. Then ${para}`, { limit: 200 });
    expect(first).toBe(`${para}. `);
    expect(splitMessage("abcd ".repeat(60), { limit: 202 })[0]).toBe("abcd ".repeat(40));
  });

  test("before a fence that fits into the next part", () => {
    const code = `\`\`\`\n${"x\n".repeat(60)}\`\`\``;
    expect(splitMessage(`${para}\n\n${code}`, { limit: 200 })).toEqual([`${para}\n\n`, code]);
  });

  test("inside a long fence between its lines, which is closed and opened again", () => {
    const text = `\`\`\`js\n${"let x = 1;\n".repeat(30)}\`\`\``;
    const parts = splitMessage(text, { limit: 200 });
    expect(parts[0]).toMatch(/^```js\n(?:let x = 1;\n)+```\t$/);
    expect(parts[1]).toMatch(/^```js\n(?:let x = 1;\n)+```\t?$/);
  });
});

test.each([
  ["a word of 100,000 letters", "x".repeat(100_000), 50],
  ["a line of 10,000 in a fence", `\`\`\`\n${"y".repeat(10_000)}\n\`\`\``, 6],
  ["families of emoji", "👨‍👩‍👧‍👦".repeat(2000), 12],
  ["one cluster of 10,000 marks", `a${"\u0301".repeat(10_000)}`, 6],
  ["carriage returns", "line of words\r\n".repeat(1000), 8],
  ["right-to-left text", "שלום עולם ".repeat(1000), 5],
  ["a fence nobody closed", `\`\`\`\n${"z\n".repeat(3000)}`, 4],
  ["hostile brackets", "[".repeat(50_000), 25],
  ["hostile backticks", "``a`".repeat(25_000), 50],
])("%s splits and joins", (_name, text, atLeast) => {
  const parts = splitMessage(text, { limit: 2000 });
  expect(joinParts(parts)).toBe(text);
  expect(parts.length).toBeGreaterThanOrEqual(atLeast - 1);
  expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(2000);
});

test("a short text is one part, an empty one none, and the limit has a floor", () => {
  expect(splitMessage("hello", { limit: 2000 })).toEqual(["hello"]);
  expect(splitMessage("", { limit: 2000 })).toEqual([]);
  expect(() => splitMessage("hello", { limit: 10 })).toThrow("at least 200");
});

test("a limit is kept as the platform counts", () => {
  const emoji = "😀".repeat(300);
  expect(splitMessage(emoji, { limit: 300, measure: countCodePoints })).toEqual([emoji]);
  expect(splitMessage(emoji, { limit: 300 })).toHaveLength(2);
});

test("many parts are a file", () => {
  expect(needsFile(["a", "b"], 2)).toBe(false);
  expect(needsFile(["a", "b", "c"], 2)).toBe(true);
});

test("atoms are found one after the other", () => {
  const text = "a `b` [c](https://d.e/(f)) <@U1> https://x.y :z: \\* **q r**";
  expect(findAtoms(text).map(({ start, end }) => text.slice(start, end))).toEqual([
    "`b`",
    "[c](https://d.e/(f))",
    "<@U1>",
    "https://x.y",
    ":z:",
    "\\*",
    "**q r**",
  ]);
});
