import { afterAll, onTestFinished } from "vitest";
import { startRedis } from "../own-server.ts";
import { requirePostgres, type TestDatabase } from "../services.ts";

export type Stores = { database: TestDatabase; redisUrl: string };

/**
 * A Redis of the test file's own, because the keys of a running Troupe carry no test's prefix, and how to
 * make a database for a test; undefined where one of the two is not to be had. Call it at the top of a test file.
 */
export async function openStores(): Promise<(() => Promise<Stores>) | undefined> {
  const postgres = await requirePostgres();
  const redis = await startRedis();
  afterAll(() => redis?.stop());
  if (!redis && process.env["CI"]) throw new Error("Redis cannot be started");
  if (!postgres || !redis) return undefined;
  return async () => {
    const database = await postgres.createDatabase();
    onTestFinished(() => database.drop());
    return { database, redisUrl: `redis://127.0.0.1:${redis.port}` };
  };
}
