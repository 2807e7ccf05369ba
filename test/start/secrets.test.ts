import { describe, expect, it, onTestFinished } from "vitest";
import { readTurn, sendMessage } from "../support/graphql-client.ts";
import { createAnthropicDouble } from "../support/llm/anthropic-double.ts";
import type { DoubleAnswer } from "../support/llm/llm-double.ts";
import { createOpenAiDouble } from "../support/llm/openai-double.ts";
import { startTroupe } from "../support/troupe-process.ts";
import { until } from "../support/until.ts";
import { createDataFolder } from "../support/data-folder.ts";

const TOKEN = "the-admin-token-is-secret";
const KEYS = {
  ANTHROPIC_API_KEY: "sk-ant-fake-0123456789",
  OPENAI_API_KEY: "sk-openai-fake-0123456789",
  COMPATIBLE_KEY: "gsk-compatible-fake-0123456789",
};
const SECRETS = {
  ...KEYS,
  TROUPE_ADMIN_TOKEN: TOKEN,
  TROUPE_SECRET_KEY: Buffer.alloc(32, 7).toString("base64"),
};
const TEXT = "a text that nobody else may read";

describe("at LOG_LEVEL=debug", { timeout: 300_000 }, () => {
  it.each(["anthropic/claude-sonnet-4-5", "openai/gpt-5-mini", "double/model"])(
    "neither secrets nor message text reach the output, however %s answers",
    async (model) => {
      const talk = await startTalk(model);
      for (const [index, answer] of ANSWERS.entries()) {
        talk.script(answer);
        const sent = await sendMessage(
          talk.door,
          { room: "console:lobby", person: "ana", text: `${TEXT} ${index}` },
          TOKEN,
        );
        const read = () => readTurn(talk.door, sent.turnIds[0] ?? "", TOKEN);
        await until(async () => /DONE|FAILED/.test((await read()).status));
        expect((await read()).status).toBe(answer.status === undefined ? "DONE" : "FAILED");
        const told = JSON.stringify(await read());
        for (const secret of Object.values(SECRETS)) expect(told).not.toContain(secret);
      }
      await talk.stop();
      const output = talk.output();
      expect(output).toContain("Troupe is ready");
      for (const secret of [...Object.values(SECRETS), TEXT]) expect(output).not.toContain(secret);
    },
  );
});

// A provider that refuses a key may repeat it in its own words.
const ANSWERS: DoubleAnswer[] = [
  { text: "Hello." },
  { toolCalls: [{ name: "time", input: {} }] },
  {
    status: 401,
    body: { error: { message: `Incorrect API key provided: ${Object.values(KEYS).join(" ")}` } },
  },
];

async function startTalk(model: string) {
  const anthropic = await createAnthropicDouble();
  const openai = await createOpenAiDouble();
  const folder = await createDataFolder();
  const troupe = startTroupe({
    ...SECRETS,
    DATA_DIR: folder.path,
    LOG_LEVEL: "debug",
    DEFAULT_MODEL: model,
    ANTHROPIC_BASE_URL: anthropic.url,
    OPENAI_BASE_URL: openai.url,
    OPENAI_COMPATIBLE: JSON.stringify([
      { name: "double", baseUrl: openai.url, apiKeyEnv: "COMPATIBLE_KEY" },
    ]),
  });
  onTestFinished(async () => {
    await troupe.stop("SIGKILL");
    await anthropic.close();
    await openai.close();
    folder.remove();
  });
  return {
    door: await troupe.ready,
    script: (answer: DoubleAnswer) => {
      (model.startsWith("anthropic") ? anthropic : openai).script(answer);
    },
    stop: () => troupe.stop("SIGTERM"),
    output: () => troupe.stdout() + troupe.stderr(),
  };
}
