import { cpSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { findSizes } from "../support/faults/sizes.ts";
import { askGraphql, isReady, readTurn, sendMessage } from "../support/graphql-client.ts";
import { createOpenAiDouble } from "../support/llm/openai-double.ts";
import { createFolder } from "../support/troupe-process.ts";
import { until } from "../support/until.ts";

const BEHAVIORS = fileURLToPath(new URL("../../behaviors", import.meta.url));
const sizes = (await findSizes()).filter(({ name }) => name !== "Redis");
const script = (tone: string) =>
  `return { personality = { tone = "${tone}" }, tools = context.available_tools }`;

describe.each(sizes)(
  "editing behaviors/*.lua while Troupe runs ($name)",
  { timeout: 300_000 },
  (size) => {
    it("changes the next answer in every process, and a broken edit nothing", async () => {
      const { url, edit, readBehavior, askAll, settled } = await open(size);
      expect(await askAll()).not.toContain("calm");

      edit(script("calm"));
      await settled("calm");
      expect(new Set(await askAll())).toEqual(new Set(["calm"]));
      expect(await readBehavior()).toMatchObject({ lastError: null, revision: { number: 2 } });

      edit("return {");
      await until(async () => (await readBehavior()).lastError !== null);
      expect(await readBehavior()).toMatchObject({
        lastError: expect.stringContaining("line 1"),
        revision: { number: 2 },
      });
      expect(new Set(await askAll())).toEqual(new Set(["calm"]));

      edit(script("brisk"));
      await settled("brisk");
      expect(new Set(await askAll())).toEqual(new Set(["brisk"]));
      expect(await readBehavior()).toMatchObject({ lastError: null, revision: { number: 3 } });
      await until(() => isReady(url));
    });
  },
);

type Behavior = {
  name: string;
  lastError: string | null;
  revision: { number: number; script: string };
};

/** Every process has its own copy of the folder, as on machines of their own; edits reach them all. */
async function open(size: (typeof sizes)[number]) {
  const makers = new Set<string>();
  const double = await createOpenAiDouble({
    respond({ headers, body }) {
      makers.add(String(headers["authorization"]));
      return {
        text: /^Tone: (.*)$/m.exec(JSON.stringify(body).replaceAll("\\n", "\n"))?.[1] ?? "",
      };
    },
  });
  onTestFinished(() => double.close());
  const site = await size.openSite();
  const folders: string[] = [];
  const start = (maker: string, roles: string[]) => {
    const folder = createFolder();
    onTestFinished(() => folder.remove());
    cpSync(BEHAVIORS, folder.path, { recursive: true });
    folders.push(folder.path);
    const endpoint = { name: "double", baseUrl: double.url, apiKeyEnv: "DOUBLE_KEY" };
    const env = {
      OPENAI_COMPATIBLE: JSON.stringify([endpoint]),
      DEFAULT_MODEL: "double/tone",
      DOUBLE_KEY: maker,
      WORKER_CONCURRENCY: "1",
      BEHAVIORS_DIR: folder.path,
    };
    return site.start(env, roles).ready;
  };
  const isEmbedded = size.name === "embedded";
  const url = await start("web", isEmbedded ? [] : ["--roles=web"]);
  const workers = isEmbedded ? ["web"] : ["one", "two"];
  if (!isEmbedded) for (const worker of workers) await start(worker, ["--roles=worker"]);

  const readBehavior = async () => {
    const query = `{ behaviors(role: "generalist") { name lastError revision { number script } } }`;
    const { behaviors } = await askGraphql<{ behaviors: Behavior[] }>(url, query);
    return behaviors.find(({ name }) => name === "context_aware") as Behavior;
  };
  let asked = 0;
  const ask = async () => {
    const room = `console:room-${(asked += 1)}`;
    const { turnIds } = await sendMessage(url, { room, person: "ana", text: "Hello?" });
    const read = () => readTurn(url, turnIds[0] ?? "");
    await until(async () => (await read()).status === "DONE");
    return (await read()).reply?.text ?? "";
  };
  return {
    url,
    readBehavior,
    edit: (text: string) => {
      for (const folder of folders) {
        writeFileSync(join(folder, "edited"), text);
        renameSync(join(folder, "edited"), join(folder, "context_aware.lua"));
      }
    },
    settled: (tone: string) =>
      until(async () => (await readBehavior()).revision.script.includes(`"${tone}"`)),
    /** Asks in ever new rooms until every worker has answered; with what tone. */
    askAll: async (): Promise<string[]> => {
      makers.clear();
      const tones: string[] = [];
      while (makers.size < workers.length) {
        tones.push(...(await Promise.all(Array.from({ length: 4 }, ask))));
      }
      return tones;
    },
  };
}
