import { afterAll, onTestFinished } from "vitest";
import { startRedis } from "../own-server.ts";
import { requirePostgres } from "../services.ts";
import { createFolder, startTroupe, TEST_TOKEN, type TroupeProcess } from "../troupe-process.ts";
import { createDataFolder } from "../data-folder.ts";

/** One installation for one test: all its processes see the same data. */
export type Site = {
  /** Starts a process that ends with the test. */
  start(env?: Record<string, string>, args?: string[]): TroupeProcess;
  readonly dataDir: string;
};

export type Size = { name: "embedded" | "Postgres" | "Redis"; openSite: () => Promise<Site> };

/** The sizes that this machine can run; call it at the top of a test file. */
export async function findSizes(): Promise<Size[]> {
  const postgres = await requirePostgres();
  // The keys of a running Troupe carry no test's prefix, so this Redis is the file's own.
  const redis = await startRedis();
  afterAll(() => redis?.stop());
  if (process.env["CI"] && !redis) throw new Error("Redis cannot be started");
  const openServerSite = async (env: Record<string, string>) => {
    const database = await postgres?.createDatabase();
    if (!database) throw new Error("no Postgres");
    onTestFinished(() => database.drop());
    return openSite({ DATABASE_URL: database.url, ...env });
  };
  const redisUrl = `redis://127.0.0.1:${redis?.port}`;
  return [
    { name: "embedded", openSite: async () => openSite({}, await createDataFolder()) },
    ...(postgres ? [{ name: "Postgres" as const, openSite: () => openServerSite({}) }] : []),
    ...(postgres && redis
      ? [{ name: "Redis" as const, openSite: () => openServerSite({ REDIS_URL: redisUrl }) }]
      : []),
  ];
}

function openSite(size: Record<string, string>, folder = createFolder()): Site {
  onTestFinished(() => folder.remove());
  return {
    dataDir: folder.path,
    start(env = {}, args = []) {
      const own = { TROUPE_ADMIN_TOKEN: TEST_TOKEN, DATA_DIR: folder.path, ...size, ...env };
      const process = startTroupe(own, args);
      onTestFinished(async () => void (await process.stop("SIGKILL")));
      return process;
    },
  };
}
