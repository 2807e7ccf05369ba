import { expect, it } from "vitest";
import { startServers } from "../support/faults/installation.ts";
import { openStores } from "../support/faults/open-stores.ts";
import { KILLS_TIMEOUT_MS, PLAN, SURVIVED } from "../support/faults/plan.ts";
import { runWithKills } from "../support/faults/run-with-kills.ts";

const createStores = await openStores();

it.skipIf(!createStores)(
  "200 messages in 20 conversations are answered once and in order by three workers on Redis in spite of kill -9",
  { timeout: KILLS_TIMEOUT_MS },
  async () => {
    if (!createStores) throw new Error("no Postgres or Redis");
    const start = startServers({ ...(await createStores()), workers: 3 });
    expect(await runWithKills(start, PLAN)).toEqual(SURVIVED);
  },
);
