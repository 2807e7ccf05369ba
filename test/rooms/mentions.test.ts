import * as fc from "../support/fast-check.ts";
import { describe, expect, it } from "vitest";
import { findMentions } from "../../src/rooms/messages/mentions.ts";

describe("mentions in a text", () => {
  it.each<[text: string, names: string[]]>([
    ["@sage hello", ["sage"]],
    ["hello @sage", ["sage"]],
    ["hello @sage!", ["sage"]],
    ["@sage, @rex: what do you think?", ["sage", "rex"]],
    ["(@sage)", ["sage"]],
    ['"@sage"', ["sage"]],
    ["**@sage**", ["sage"]],
    ["@Sage @SAGE @sage", ["sage"]],
    ["@two-words and @with_underscore", ["two-words", "with_underscore"]],
    ["@sage- @rex_ .", ["sage", "rex"]],
    ["line one\n@sage", ["sage"]],
    ["@zoë @Žižek @日本", ["zoë", "žižek", "日本"]],
    ["@sage's idea", ["sage"]],
    ["write to ana@sage.com", []],
    ["ana.b@sage", []],
    ["https://example.com/@sage/post", []],
    ["https://user@host.example", []],
    ["an @ alone, @- and @@sage", []],
    ["npm i @scope/package", ["scope"]],
    ["no mention at all", []],
    ["", []],
    [`@${"a".repeat(64)}`, ["a".repeat(64)]],
  ])("%j mentions %j", (text, names) => {
    expect(findMentions(text)).toEqual(names);
  });

  it("are found in time proportional to the text", () => {
    for (const piece of ["@", "@a", "@-", "a@a.", "@a-", "@_"]) {
      expect(findMentions(piece.repeat(100_000)).length).toBeLessThanOrEqual(100_000);
    }
  });

  it("are lower-case, distinct and part of the text", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("@", "a", "b", "A", " ", "-", "_", ".", "ß") }),
        (text) => {
          const names = findMentions(text);
          expect(new Set(names).size).toBe(names.length);
          for (const name of names) {
            expect(name).toBe(name.toLowerCase());
            expect(text.toLowerCase()).toContain(`@${name}`);
          }
        },
      ),
    );
  });
});
