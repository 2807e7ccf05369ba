import * as fc from "../../support/fast-check.ts";
import { describe, expect, it } from "vitest";
import { createLuaSandbox } from "../../../src/lua/sandbox.ts";
import { valueOf } from "../../support/run-lua.ts";

// From `date -u -d @N +FORMAT` of GNU coreutils, in the C locale.
const SAMPLES: [seconds: number, text: string][] = [
  [0, "Thu Jan  1 00:00:00 1970|1970-01|12:00:00 AM|001|4|70"],
  [1_104_537_600, "Sat Jan  1 00:00:00 2005|2004-53|12:00:00 AM|001|6|05"],
  [1_230_768_000, "Thu Jan  1 00:00:00 2009|2009-01|12:00:00 AM|001|4|09"],
  [1_293_926_399, "Sat Jan  1 23:59:59 2011|2010-52|11:59:59 PM|001|6|11"],
  [1_356_998_399, "Mon Dec 31 23:59:59 2012|2013-01|11:59:59 PM|366|1|12"],
  [-1, "Wed Dec 31 23:59:59 1969|1970-01|11:59:59 PM|365|3|69"],
];

describe("os.date", () => {
  it.each(SAMPLES)("writes second %d as C does", async (seconds, text) => {
    const sandbox = await createLuaSandbox();
    const source = "return os.date('!%c|%G-%V|%r|%j|%w|%y', context.seconds)";
    expect(valueOf(sandbox, source, { seconds })).toBe(text);
  });

  it("and os.time are each other's inverse", async () => {
    const sandbox = await createLuaSandbox();
    fc.assert(
      fc.property(
        fc.integer({ min: -1e12, max: 1e12 }).filter((seconds) => seconds !== -1),
        (seconds) => {
          const source = "return os.time(os.date('*t', context.seconds))";
          expect(valueOf(sandbox, source, { seconds })).toBe(seconds);
          const iso = new Date(seconds * 1000).toISOString().replace(/\.000Z$/u, "");
          const written = valueOf(sandbox, "return os.date('!%Y %m-%dT%T', context.seconds)", {
            seconds,
          });
          const year = Number(/^[+-]?\d+/u.exec(iso)?.[0]);
          expect(written).toBe(`${year} ${iso.slice(iso.indexOf("-", 1) + 1)}`);
        },
      ),
      { numRuns: 200 },
    );
  });
});
