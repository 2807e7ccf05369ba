import { describe, expect, it } from "vitest";
import { toSafeLine, toSafeText } from "../../src/cli/safe-text.ts";

describe("text of strangers", () => {
  it("shows control characters instead of obeying them", () => {
    expect(toSafeText("\u001B[2Jgone\u0007\u009B31m\u007F\rover")).toBe(
      "␛[2Jgone␇\u{FFFD}31m␡␍over",
    );
  });

  it("leaves line ends, tabs, right-to-left text and joined emoji as they are", () => {
    const text = "a\tb\nשלום \u200Fمرحبا\u2067x\u2069 👨‍👩‍👧 ❤️";
    expect(toSafeText(text)).toBe(text);
    expect(toSafeText("a\r\nb")).toBe("a\nb");
  });

  it("does not let a text turn the reading direction of what follows around", () => {
    expect(toSafeText("\u202Eevil\u202D")).toBe("\u{FFFD}evil\u{FFFD}");
  });

  it("replaces half a character", () => {
    expect(toSafeText("\uD83D!")).toBe("\u{FFFD}!");
  });

  it("makes one line of many", () => {
    expect(toSafeLine(" a\n\n b\t\u001Bc ")).toBe("a b ␛c");
  });
});
