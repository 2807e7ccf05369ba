import { expect, onTestFinished, test } from "vitest";
import { checkModels } from "../../src/llm/check-models.ts";
import { createAnthropicDouble } from "../support/llm/anthropic-double.ts";
import { createOpenAiDouble } from "../support/llm/openai-double.ts";

async function open() {
  const anthropic = await createAnthropicDouble();
  const openai = await createOpenAiDouble();
  onTestFinished(async () => {
    await anthropic.close();
    await openai.close();
  });
  const models = {
    anthropic: { apiKey: "sk-ant-secret", baseUrl: anthropic.url },
    openai: { apiKey: "sk-openai-secret", baseUrl: openai.url },
    compatible: [{ name: "local", baseUrl: openai.url, apiKey: "sk-local-secret" }],
  };
  return { anthropic, openai, models };
}

test("each provider says a word, in a call of its own that costs next to nothing", async () => {
  const { anthropic, openai, models } = await open();
  const findings = await checkModels(models, "local/tiny");
  expect(findings.map(({ what, state }) => [what, state])).toEqual([
    ["Model anthropic", "ok"],
    ["Model openai", "ok"],
    ["Model local", "ok"],
  ]);
  expect(anthropic.requests).toHaveLength(1);
  expect(anthropic.requests[0]?.body.max_tokens).toBeLessThanOrEqual(64);
  expect(openai.requests.map(({ path }) => path).toSorted((a, b) => a.localeCompare(b))).toEqual([
    "/v1/chat/completions",
    "/v1/responses",
  ]);
});

test("a refused key is told with what to do, after one call, and is not shown", async () => {
  const { anthropic, models } = await open();
  anthropic.respond(() => ({ status: 401 }));
  const [finding] = await checkModels(models, undefined);
  expect(finding).toMatchObject({
    state: "failed",
    detail: expect.stringMatching(/\(auth: .*Check the key/),
  });
  expect(anthropic.requests).toHaveLength(1);
  expect(JSON.stringify(finding)).not.toContain("secret");
});

test("an endpoint of which no model is known is asked for its list", async () => {
  const { openai } = await open();
  const check = async (baseUrl: string, key = {}) => {
    const compatible = [{ name: "local", baseUrl, ...key }];
    return (await checkModels({ compatible }, undefined))[0];
  };
  expect(await check(openai.url)).toMatchObject({
    state: "failed",
    detail: expect.stringContaining("apiKeyEnv"),
  });
  openai.respond(() => ({ status: 404 }));
  expect(await check(openai.url, { apiKey: "a-key" })).toMatchObject({
    state: "warning",
    detail: expect.stringContaining("Name one in DEFAULT_MODEL"),
  });
  expect(await check("http://127.0.0.1:9/v1")).toMatchObject({
    state: "failed",
    detail: expect.stringContaining("cannot be reached"),
  });
  const compatible = [{ name: "local", baseUrl: openai.url, apiKeyEnv: "LOCAL_KEY" }];
  const [missing] = await checkModels({ compatible }, undefined);
  expect(missing?.detail).toContain("LOCAL_KEY is not set");
});

test("a default model of a provider that is not configured is a fault, the rehearsal is none", async () => {
  const [fault] = await checkModels({ compatible: [] }, "anthropic/claude-x");
  expect(fault).toMatchObject({
    state: "failed",
    detail: expect.stringContaining("ANTHROPIC_API_KEY"),
  });
  expect(await checkModels({ compatible: [] }, "rehearsal/echo")).toMatchObject([{ state: "ok" }]);
  expect(await checkModels({ compatible: [] }, undefined)).toEqual([]);
});
