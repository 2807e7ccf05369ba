import { createAgentDirectory } from "../../../src/agents/agent-directory.ts";
import { systemClock as clock } from "../../../src/base/clock.ts";
import { silentLog as log } from "../../../src/base/log.ts";
import { createBehaviorEngine } from "../../../src/behaviors/behavior-engine.ts";
import { createIngress } from "../../../src/chat/create-ingress.ts";
import { databaseSchema } from "../../../src/database-schema.ts";
import { createPrices } from "../../../src/llm/prices.ts";
import { createModelProviders } from "../../../src/llm/providers.ts";
import { REHEARSAL_MODEL } from "../../../src/llm/rehearsal/rehearsal-model.ts";
import { loadSamples } from "../../../src/load-samples.ts";
import { createLuaSandbox } from "../../../src/lua/sandbox.ts";
import type { ChatPlatform } from "../../../src/rooms/chat-platform.ts";
import type { Ingress } from "../../../src/rooms/ingress.ts";
import { createRoomDirectory } from "../../../src/rooms/room-directory.ts";
import type { Database } from "../../../src/store/database.ts";
import { openPglite } from "../../../src/store/open-pglite.ts";
import { createToolbox } from "../../../src/tools/toolbox.ts";
import { startWorkerLease } from "../../../src/turns/worker-lease.ts";
import { startWorker } from "../../../src/turns/worker.ts";
import { createMemoryQueue, createMemoryStore } from "../../fakes/memory-queue.ts";

export type Engine = {
  sql: Database["sql"];
  /** What the door of one process hands its events to; each has caches of its own. */
  openIngress(): Ingress;
  /** One worker process that answers on these platforms. */
  startWorker(platforms: readonly ChatPlatform[]): Promise<void>;
  close(): Promise<void>;
};

/** Everything between the doors and the platforms, with the sample agents and the built-in model. */
export async function openEngine(): Promise<Engine> {
  const resources = new AsyncDisposableStack();
  const db = await openPglite(undefined, databaseSchema);
  resources.defer(() => db.close());
  await loadSamples(db.em(), "agents");
  const { sql, em } = db;
  const store = createMemoryStore();
  const openQueue = () => {
    const queue = createMemoryQueue(store);
    resources.defer(() => queue.close(5000));
    return queue;
  };
  return {
    sql,
    openIngress: () =>
      createIngress({
        sql,
        queue: openQueue(),
        clock,
        directory: createRoomDirectory({ sql, clock }),
      }),
    async startWorker(platforms) {
      const lease = await startWorkerLease({ sql, log });
      resources.defer(() => lease.end());
      const scope = {
        sql,
        queue: openQueue(),
        clock,
        log,
        workerId: lease.workerId,
        agents: createAgentDirectory({ em }),
        behaviors: createBehaviorEngine({ sql, sandbox: await createLuaSandbox(), log }),
        providers: createModelProviders({
          anthropic: undefined,
          openai: undefined,
          compatible: [],
        }),
        prices: createPrices(),
        defaultModel: REHEARSAL_MODEL,
        toolbox: createToolbox(),
        platforms: new Map(platforms.map((platform) => [platform.platform, platform])),
      };
      resources.defer(await startWorker(scope, { concurrency: 8 }));
    },
    close: () => resources.disposeAsync(),
  };
}
