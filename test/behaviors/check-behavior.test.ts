import { beforeAll, describe, expect, it } from "vitest";
import { describeProblem } from "../../src/behaviors/check/behavior-check.ts";
import { checkBehavior } from "../../src/behaviors/check/check-behavior.ts";
import { createLuaSandbox, type LuaSandbox } from "../../src/lua/sandbox.ts";

let sandbox: LuaSandbox;
beforeAll(async () => {
  sandbox = await createLuaSandbox();
});

const check = (script: string) =>
  checkBehavior({ sandbox, toolNames: [] }, { name: "mine", role: "mentor", script });

describe("the check of a script", () => {
  it.each([
    ["half of a surrogate pair", "return '\ud800'", /not valid Unicode text/],
    ["a NUL character", "return '\0'", /contains a NUL character/],
    ["more than 64 KiB", `--${"é".repeat(33_000)}`, /has 66002 bytes, the limit is 65536/],
  ])("refuses %s before it is compiled", (_, script, says) => {
    expect(check(script)).toMatchObject({
      ok: false,
      situations: 0,
      problems: [{ outcome: "rejected", message: expect.stringMatching(says) }],
    });
  });

  it.each([
    [
      "at the end of the file",
      "return {\n  a = 1",
      "line 2, column 8: '}' expected (to close '{' at line 1) near <eof>",
    ],
    [
      "at a word that occurs once",
      "local x\nreturn x.y",
      "line 2, column 8: attempt to index a nil value (local 'x') (the contract's example)",
    ],
    [
      "at a word that occurs twice, without a column",
      "return a.b + a.c",
      "line 1: attempt to index a nil value (global 'a') (the contract's example)",
    ],
  ])("says where the trouble is: %s", (_, script, line) => {
    expect(check(script).problems.map(describeProblem)).toEqual([line]);
  });

  it("is not tried further once it has used up its share", () => {
    expect(check("while true do end").problems).toMatchObject([
      { outcome: "timeout", situation: "the contract's example" },
    ]);
  });
});
