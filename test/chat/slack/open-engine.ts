import { createAgentDirectory } from "../../../src/agents/agent-directory.ts";
import { systemClock as clock } from "../../../src/base/clock.ts";
import { type Log, silentLog } from "../../../src/base/log.ts";
import { createSecretBox, type SecretBox } from "../../../src/base/secret-box.ts";
import { createBehaviorEngine } from "../../../src/behaviors/engine/behavior-engine.ts";
import { type CommandDesk, createCommandDesk } from "../../../src/chat/commands/command-desk.ts";
import { createIngress } from "../../../src/chat/create-ingress.ts";
import { createPrices } from "../../../src/llm/prices.ts";
import { createModelProviders } from "../../../src/llm/providers.ts";
import type { LanguageModel } from "../../../src/llm/language-model.ts";
import { REHEARSAL_MODEL } from "../../../src/llm/rehearsal/rehearsal-model.ts";
import { loadSamples } from "../../../src/load-samples.ts";
import { createLuaSandbox } from "../../../src/lua/sandbox.ts";
import type { ChatPlatform } from "../../../src/rooms/platform/chat-platform.ts";
import type { Ingress } from "../../../src/rooms/platform/ingress.ts";
import { createRoomDirectory } from "../../../src/rooms/room-directory.ts";
import {
  createWorkspaceRegister,
  type WorkspaceRegister,
} from "../../../src/rooms/workspaces/workspace-register.ts";
import type { Database } from "../../../src/store/database.ts";
import { createPdfReader } from "../../../src/pdf/pdf-reader.ts";
import { createToolbox } from "../../../src/tools/toolbox.ts";
import { startWorkerLease } from "../../../src/turns/lane/worker-lease.ts";
import { startWorker } from "../../../src/turns/lane/worker.ts";
import { quickSize } from "../../support/test-database.ts";
import { createMemoryQueue, createMemoryStore } from "../../fakes/memory-queue.ts";
import { TEST_LEASE_MS } from "../../support/test-lease.ts";

const log = silentLog;
const SECRETS = createSecretBox(Buffer.alloc(32, 1).toString("base64"));

export type Engine = {
  sql: Database["sql"];
  /** What the door of one process hands its events to; each has caches of its own. */
  openIngress(): Ingress;
  /** Likewise for its commands. */
  openDesk(operators?: readonly string[]): CommandDesk;
  em: Database["em"];
  /** Which workspaces let the product in, as one process knows it. */
  openRegister(log?: Log, secrets?: SecretBox): WorkspaceRegister;
  /** One worker process that answers on these platforms. */
  startWorker(platforms: readonly ChatPlatform[]): Promise<void>;
  close(): Promise<void>;
};

/** Everything between the doors and the platforms, with the sample agents and the built-in model, or that one. */
export async function openEngine({ model }: { model?: LanguageModel } = {}): Promise<Engine> {
  const resources = new AsyncDisposableStack();
  const database = await (await quickSize()).open();
  resources.defer(() => database.drop());
  const { db } = database;
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
        em,
        sql,
        queue: openQueue(),
        clock,
        directory: createRoomDirectory({ sql, clock }),
        platforms: new Map(),
        log: silentLog,
      }),
    openDesk: (operators = []) =>
      createCommandDesk({
        secrets: undefined,
        em,
        sql,
        queue: openQueue(),
        clock,
        directory: createRoomDirectory({ sql, clock }),
        log: silentLog,
        operators: new Set(operators),
      }),
    em,
    openRegister: (log = silentLog, secrets = SECRETS) =>
      createWorkspaceRegister({ sql, queue: openQueue(), clock, log, secrets }),
    async startWorker(platforms) {
      const lease = await startWorkerLease({ sql, log }, { leaseMs: TEST_LEASE_MS });
      resources.defer(() => lease.end());
      const scope = {
        sql,
        em,
        queue: openQueue(),
        clock,
        log,
        workerId: lease.workerId,
        agents: createAgentDirectory({ em }),
        behaviors: createBehaviorEngine({ sql, sandbox: await createLuaSandbox(), log }),
        providers: model
          ? { get: () => ({ model, name: "one" }), list: () => [] }
          : createModelProviders({ compatible: [] }),
        prices: createPrices(),
        defaultModel: REHEARSAL_MODEL,
        toolbox: createToolbox(),
        readPdf: createPdfReader(),
        platforms: new Map(platforms.map((platform) => [platform.platform, platform])),
      };
      resources.defer(await startWorker(scope, { concurrency: 8 }));
    },
    close: () => resources.disposeAsync(),
  };
}
