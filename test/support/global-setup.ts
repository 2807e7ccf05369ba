import { Client } from "pg";
import { startPostgres } from "./own-server.ts";
import { pause } from "./until.ts";

const START_TIMEOUT_MS = 60_000;

/**
 * A throw-away Postgres for the whole run: two runs at the same time share no connections, and it does not
 * wait for the disk. Where none can be started, tests take the one that runs, see `services.ts`.
 */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env["TEST_DATABASE_URL"] !== undefined) return undefined;
  const server = await startPostgres().catch(() => undefined);
  if (!server) return undefined;
  const url = `postgres://postgres@127.0.0.1:${server.port}/postgres`;
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!(await answers(url))) {
    if (performance.now() > deadline) {
      await server.stop();
      return undefined;
    }
    await pause(50);
  }
  process.env["TEST_DATABASE_URL"] = url;
  return () => server.stop();
}

async function answers(url: string): Promise<boolean> {
  const client = new Client(url);
  try {
    await client.connect();
    await client.query("select 1");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
