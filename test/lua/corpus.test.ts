import { isDeepStrictEqual } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import type { LuaValue } from "../../src/lua/lua-value.ts";
import { createLuaSandbox, type LuaSandbox } from "../../src/lua/sandbox.ts";
import {
  type CorpusCase,
  corpusCases,
  judgeCase,
  POLLUTION_PROBE,
  PROBE_RESULT,
  requireCase,
  type Verdict,
} from "../support/lua-corpus.ts";
import { valueOf } from "../support/run-lua.ts";

const canary = requireCase("benign/seed_context_aware.lua");

describe("the corpus, in one engine", () => {
  let sandbox: LuaSandbox;
  beforeAll(async () => {
    sandbox = await createLuaSandbox();
  });

  it.each(corpusCases.map((each) => [each.file, each] as const))("%s", (_, corpusCase) => {
    for (let round = 0; round < (corpusCase.repeat ?? 2); round += 1) {
      expect(faultsOf(corpusCase, judgeCase(sandbox, corpusCase))).toEqual([]);
      expect(judgeCase(sandbox, canary).config).toStrictEqual(canary.expect_full);
      expect(probe(sandbox)).toStrictEqual(PROBE_RESULT);
      expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    }
  });
});

/** What the manifest does not allow about a verdict, in words. */
function faultsOf(corpusCase: CorpusCase, { outcome, config, message = "" }: Verdict): string[] {
  const { acceptable, expect: part, expect_full: whole, errorMatch } = corpusCase;
  const checks: [isRight: boolean, fault: string][] = [
    [acceptable.includes(outcome), `ended as ${outcome}: ${message}`],
    [part === undefined || contains(config, part), "lacks expected fields"],
    [whole === undefined || isDeepStrictEqual(config, whole), "is not the expected result"],
    [errorMatch === undefined || message.includes(errorMatch), `says: ${message}`],
    [message.length <= 500 && !/\p{Cc}/u.test(message), "has an unfit message"],
  ];
  return checks.filter(([isRight]) => !isRight).map(([, fault]) => fault);
}

function contains(actual: LuaValue | undefined, part: LuaValue): boolean {
  if (part === null || typeof part !== "object" || Array.isArray(part)) {
    return isDeepStrictEqual(actual, part);
  }
  const fields = actual as Record<string, LuaValue>;
  return Object.entries(part).every(([name, value]) => contains(fields[name], value));
}

function probe(sandbox: LuaSandbox): LuaValue {
  return valueOf(sandbox, POLLUTION_PROBE);
}
