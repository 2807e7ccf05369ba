import { expect, it } from "vitest";
import { EXAMPLE_CONTEXT, toLuaContext } from "../../../src/behaviors/engine/behavior-context.ts";
import { createLuaSandbox } from "../../../src/lua/sandbox.ts";
import { corpusContext } from "../../support/lua-corpus.ts";
import { valueOf } from "../../support/run-lua.ts";

it("the example context has the fields of the contract, in its spelling", () => {
  expect(toLuaContext(EXAMPLE_CONTEXT)).toEqual(corpusContext);
});

it("only plain preferences reach the script", async () => {
  const userPreferences = { style: "formal", nested: { a: 1 }, gone: null, n: 2, no: Number.NaN };
  const context = toLuaContext({ ...EXAMPLE_CONTEXT, userPreferences });
  const sandbox = await createLuaSandbox();
  expect(valueOf(sandbox, "return context.user_preferences", context)).toEqual({
    style: "formal",
    n: 2,
  });
});
