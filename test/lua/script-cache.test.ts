import { expect, it } from "vitest";
import { createLuaSandbox } from "../../src/lua/sandbox.ts";
import { createScriptCache } from "../../src/lua/script-cache.ts";

it("compiles the same name and source once and forgets what was used longest ago", async () => {
  const cache = createScriptCache(await createLuaSandbox(), 2);
  const a = cache.compile("a", "return 1");
  const b = cache.compile("b", "return 1");
  expect(cache.compile("a", "return 1")).toBe(a);
  expect(b).not.toBe(a);
  cache.compile("c", "return 1");
  expect(cache.compile("a", "return 1")).toBe(a);
  expect(cache.compile("b", "return 1")).not.toBe(b);
});
