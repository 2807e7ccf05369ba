import { readdirSync, readFileSync } from "node:fs";
import {
  array,
  assert,
  constantFrom,
  property,
  record,
  string,
  stringMatching,
} from "../../support/fast-check.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { parseBehaviorFile } from "../../../src/behaviors/files/behavior-file.ts";
import { toBehaviorFile } from "../../../src/behaviors/files/to-behavior-file.ts";
import { createLuaSandbox, type LuaSandbox } from "../../../src/lua/sandbox.ts";
import { tone } from "../../support/scripts.ts";

let sandbox: LuaSandbox;
beforeAll(async () => {
  sandbox = await createLuaSandbox();
});

const line = constantFrom(
  "-- @role poet",
  "-- @role  dancer  ",
  "-- @status draft",
  "-- @status retired",
  "-- @status unheard_of",
  "-- @description $& and $1 and `ticks`",
  "--@description",
  "-- plain comment",
  "--[[ @role within",
  "]]",
  "--[==[",
  "]==]",
  "local s = [[",
  "\r",
  "",
  tone("x"),
);
const behavior = record({
  name: constantFrom("b", "b_2"),
  role: stringMatching(/^[a-z][a-z0-9_]{0,9}$/),
  description: string({ unit: "grapheme", maxLength: 30 }).map((text) =>
    text.toWellFormed().replaceAll("\0", ""),
  ),
  status: constantFrom("active", "draft", "retired"),
  script: array(line, { maxLength: 8 }).map((lines) => lines.join("\n")),
});

describe("a behavior as a file", () => {
  it("is read back as it was, and written the same again", () => {
    assert(
      property(behavior, (given) => {
        const file = toBehaviorFile(given, given.script);
        const read = { status: "active" as const, ...parseBehaviorFile(`${given.name}.lua`, file) };
        expect(read).toMatchObject({
          name: given.name,
          role: given.role,
          status: given.status,
          description: given.description.replaceAll(/\s+/g, " ").trim(),
        });
        expect(toBehaviorFile(given, file)).toBe(file);
        expect(toBehaviorFile(read, file)).toBe(file);
      }),
      { numRuns: 500 },
    );
  });

  it("does the same as the script it came from", () => {
    assert(
      property(behavior, (given) => {
        const run = (script: string) => {
          const compiled = sandbox.compile("b", script);
          return compiled.ok ? sandbox.run(compiled.script, { role: "x" }).outcome : "rejected";
        };
        expect(run(toBehaviorFile(given, given.script))).toBe(run(given.script));
      }),
      { numRuns: 60 },
    );
  });

  it.each(readdirSync("behaviors").filter((name) => name.endsWith(".lua")))(
    "%s stays to the letter",
    (file) => {
      const script = readFileSync(`behaviors/${file}`, "utf8");
      const read = parseBehaviorFile(file, script);
      expect(toBehaviorFile({ status: "active", ...read }, script)).toBe(script);
    },
  );

  it("mends the comment line that is there, and adds what is missing below a shebang and a mark", () => {
    const given = { name: "b", role: "poet", description: "Rhymes.", status: "active" } as const;
    const script = `\uFEFF#!/usr/bin/lua\n-- @role dancer\n${tone("x")}`;
    expect(toBehaviorFile(given, script)).toBe(
      `\uFEFF#!/usr/bin/lua\n-- @description Rhymes.\n-- @role poet\n${tone("x")}`,
    );
    const inText = `local s = [[\n-- @role dancer\n]]\n${tone("x")}`;
    expect(toBehaviorFile(given, inText)).toBe(`-- @role poet\n-- @description Rhymes.\n${inText}`);
  });
});
