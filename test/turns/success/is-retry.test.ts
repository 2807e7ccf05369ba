import { array, assert, constantFrom, property, string } from "../../support/fast-check.ts";
import { describe, expect, it } from "vitest";
import { isNearlySame } from "../../../src/turns/success/is-retry.ts";

describe("asking nearly the same", () => {
  it.each([
    ["What is the capital of France?", "what is the capital of france"],
    ["@sage what is the capital of France?", "@rex, What is the capital of France??"],
    ["What is the capital of France?", "What is the capitol of France?"],
    ["东京现在几点了", "东京现在几点了？"],
    ["Wie spät ist es in Köln?", "wie spät ist es in köln"],
  ])("%s / %s", (one, other) => {
    expect(isNearlySame(one, other)).toBe(true);
  });

  it.each([
    ["What is the capital of France?", "What is the capital of Spain?"],
    ["what is 17 * 23 please", "what is 17 * 24 please"],
    ["yes", "yes"],
    ["thank you", "Thank you!"],
    ["", ""],
    ["👍👍👍👍", "👍👍👍👍"],
    ["@sage @rex @vera @troupe", "@sage @rex @vera @troupe"],
    ["what time is it", "what time is it in Tokyo"],
  ])("is not: %s / %s", (one, other) => {
    expect(isNearlySame(one, other)).toBe(false);
  });

  it("holds either way round, and of a text with itself where it holds at all", () => {
    assert(
      property(string({ unit: "grapheme" }), string({ unit: "grapheme" }), (a, b) => {
        expect(isNearlySame(a, b)).toBe(isNearlySame(b, a));
        expect(!isNearlySame(a, b) || isNearlySame(a, a)).toBe(true);
      }),
    );
    assert(
      property(array(constantFrom("sun", "rain", "Wind", "7"), { minLength: 3 }), (words) =>
        isNearlySame(words.join(" "), `${words.join("  ").toUpperCase()}!`),
      ),
    );
  });
});
