import { PGlite } from "@electric-sql/pglite";
import { Client } from "pg";
import { onTestFinished } from "vitest";
import { findPort } from "../own-server.ts";
import type { TestDatabase } from "../services.ts";
import { createFolder, startTroupe, TEST_TOKEN } from "../troupe-process.ts";
import type { AnsweringModel } from "./answering-model.ts";
import { type Respawning, startRespawning } from "./respawning.ts";
import { createDataFolder } from "../data-folder.ts";

/** Troupe in one of its sizes, in real processes that can be killed and that end with the test. */
export type Installation = {
  /** Where it is read; this process stays, unless there is only one. */
  readonly url: string;
  /** Where messages are taken. */
  readonly urls: readonly string[];
  readonly victims: readonly Respawning[];
  /** Ends all processes with `kill -9` and reads the database they leave behind. */
  endAndQuery(sql: readonly string[]): Promise<Record<string, unknown>[][]>;
};

/** One process with every role on an embedded database: it is the one that is killed. */
export async function startEmbedded(model: AnsweringModel): Promise<Installation> {
  const folder = await createDataFolder();
  onTestFinished(() => folder.remove());
  const port = await findPort();
  const env = { TROUPE_ADMIN_TOKEN: TEST_TOKEN, DATA_DIR: folder.path, PORT: String(port) };
  const all = startRespawning("all", (maker) => startTroupe({ ...env, ...model.env(maker) }));
  onTestFinished(() => all.stop());
  const url = await all.ready();
  return {
    url,
    urls: [url],
    victims: [all],
    async endAndQuery(statements) {
      await all.stop();
      const pglite = await PGlite.create(`${folder.path}/database`);
      const results: Record<string, unknown>[][] = [];
      for (const sql of statements) {
        results.push((await pglite.query<Record<string, unknown>>(sql)).rows);
      }
      await pglite.close();
      return results;
    },
  };
}

/** A web process that stays, and workers that are killed, one of which takes messages itself. */
export function startServers(options: {
  database: TestDatabase;
  redisUrl?: string;
  workers: number;
}): (model: AnsweringModel) => Promise<Installation> {
  return (model) => start(model, options);
}

async function start(
  model: AnsweringModel,
  { database, redisUrl, workers }: Parameters<typeof startServers>[0],
): Promise<Installation> {
  const folder = createFolder();
  onTestFinished(() => folder.remove());
  const env = {
    TROUPE_ADMIN_TOKEN: TEST_TOKEN,
    DATA_DIR: folder.path,
    DATABASE_URL: database.url,
    ...(redisUrl !== undefined && { REDIS_URL: redisUrl }),
  };
  const web = startTroupe({ ...env, ...model.env("web") }, ["--roles=web"]);
  onTestFinished(async () => void (await web.stop("SIGKILL")));
  const url = await web.ready;
  const port = await findPort();
  const victims = Array.from({ length: workers }, (_, index) =>
    startRespawning(`worker-${index + 1}`, (maker) =>
      index === 0
        ? startTroupe({ ...env, ...model.env(maker), PORT: String(port) }, ["--roles=web,worker"])
        : startTroupe({ ...env, ...model.env(maker) }, ["--roles=worker"]),
    ),
  );
  const end = async () => {
    await Promise.all([...victims.map((victim) => victim.stop()), web.stop("SIGKILL")]);
  };
  onTestFinished(end);
  await Promise.all(victims.map((victim) => victim.ready()));
  return {
    url,
    urls: [url, `http://127.0.0.1:${port}`],
    victims,
    async endAndQuery(statements) {
      await end();
      const client = new Client({ connectionString: database.url });
      await client.connect();
      const results: Record<string, unknown>[][] = [];
      for (const sql of statements) {
        results.push((await client.query<Record<string, unknown>>(sql)).rows);
      }
      await client.end();
      return results;
    },
  };
}
