import * as fc from "../support/fast-check.ts";
import { describe, expect, it } from "vitest";
import { countCells, wrapText } from "../../src/cli/wrap-text.ts";

const bare = (text: string) => text.replaceAll(/\s/g, "");

describe("wrapping", () => {
  it("breaks at spaces", () => {
    expect(wrapText("the quick brown fox", 10)).toEqual(["the quick", "brown fox"]);
  });

  it("keeps line ends and empty lines", () => {
    expect(wrapText("a\n\nb", 10)).toEqual(["a", "", "b"]);
  });

  it("cuts a word that fits into no row", () => {
    expect(wrapText("abcdefgh ij", 5)).toEqual(["abcde", "fgh", "ij"]);
  });

  it("counts wide characters as two cells", () => {
    expect(wrapText("漢字漢字", 5)).toEqual(["漢字", "漢字"]);
  });

  it("makes no row wider than the terminal, and loses nothing but spaces", () => {
    const text = fc.string({ unit: "grapheme" });
    const words = fc.array(fc.oneof(text, fc.constant("👨‍👩‍👧"), fc.constant("e\u0301")));
    fc.assert(
      fc.property(words, fc.integer({ min: 12, max: 60 }), (parts, columns) => {
        const whole = parts.join(" ").replaceAll(/\s/g, " ");
        const rows = wrapText(whole, columns);
        expect(bare(rows.join(""))).toBe(bare(whole));
        for (const row of rows) expect(countCells(row)).toBeLessThanOrEqual(Math.max(columns, 14));
      }),
    );
  });
});
