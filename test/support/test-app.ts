import { createAgentDirectory } from "../../src/agents/agent-directory.ts";
import type { NewAgentInput } from "../../src/agents/agent-input.ts";
import type { Agent } from "../../src/agents/agent.ts";
import { createAgent } from "../../src/agents/create-agent.ts";
import { type Log, silentLog } from "../../src/base/log.ts";
import { newId } from "../../src/base/ids.ts";
import { createBehaviorEngine } from "../../src/behaviors/engine/behavior-engine.ts";
import type { ControlScope } from "../../src/graphql/context.ts";
import { createPrices } from "../../src/llm/prices.ts";
import { createModelProviders } from "../../src/llm/providers.ts";
import { createLuaSandbox } from "../../src/lua/sandbox.ts";
import { createBullQueue } from "../../src/queue/bullmq/bullmq-queue.ts";
import type { JobQueue } from "../../src/queue/job-queue.ts";
import { createMemoryQueue } from "../../src/queue/memory-queue.ts";
import { type ReceivedMessage, receiveMessage } from "../../src/rooms/messages/receive-message.ts";
import { createRoomDirectory } from "../../src/rooms/room-directory.ts";
import { createWorkspaceRegister } from "../../src/rooms/workspaces/workspace-register.ts";
import type { Database } from "../../src/store/database.ts";
import type { Tool } from "../../src/tools/tool.ts";
import { createPdfReader } from "../../src/pdf/pdf-reader.ts";
import { createToolbox } from "../../src/tools/toolbox.ts";
import { createConversationRunner } from "../../src/turns/lane/run-conversation.ts";
import type { TurnScope } from "../../src/turns/turn-scope.ts";
import { startWorkerLease } from "../../src/turns/lane/worker-lease.ts";
import { startWorker } from "../../src/turns/lane/worker.ts";
import {
  createMemoryQueue as createFakeQueue,
  createMemoryStore,
  type MemoryStore,
} from "../fakes/memory-queue.ts";
import { createScriptedModel, type ScriptedModel } from "../fakes/scripted-model.ts";
import { addBehavior, type NewBehavior } from "./add-behavior.ts";
import { createRecords, type Records } from "./records.ts";
import { seedRegistry } from "./seed-registry.ts";
import { createTestClock, type TestClock } from "./test-clock.ts";
import { quickSize, type TestDatabase, type TestSize } from "./test-database.ts";
import { type WatchedQueue, watchQueue } from "./watched-queue.ts";
import { watchSql, type WatchedSql } from "./watched-sql.ts";
import { TEST_LEASE_MS } from "./test-lease.ts";

/** The model of the test agents; it has a price. `scripted/free-text` has none. */
export const SCRIPTED = "scripted/one";

export type TestAppOptions = {
  size?: TestSize;
  /** The fake that all processes of a test share, or the one that the size has in production. */
  queue?: "fake" | "real";
  /** Further tools of the installation; agents of the role `generalist` do not have them. */
  tools?: Tool[];
  log?: Log;
};

/** One process of the product on a real database, with a scripted model and a clock that stands. */
export type TestApp = Records & {
  db: Database;
  /** Where others reach the database; undefined on the embedded size. */
  databaseUrl: string | undefined;
  sql: WatchedSql;
  queue: WatchedQueue;
  clock: TestClock;
  model: ScriptedModel;
  scope: TurnScope;
  control: ControlScope & { log: Log };
  /** Answers conversations from now on, as the worker role does. */
  work(): Promise<void>;
  /** Runs the job of one conversation here and now. */
  run(conversationId: string, signal?: AbortSignal): Promise<void>;
  say(room: string, person: string, text: string, externalId?: string): Promise<ReceivedMessage>;
  /** Says something and waits for the one turn it starts. */
  ask(room: string, person: string, text: string): ReturnType<Records["untilTurnEnds"]>;
  addAgent(input: Partial<NewAgentInput> & { slug: string }): Promise<Agent>;
  addBehavior(behavior: NewBehavior): ReturnType<typeof addBehavior>;
  /** A further process on the same database and queue, with its own worker id and caches. */
  join(): Promise<TestApp>;
  /** Ends the process the hard way: its lease is gone, and nothing it still tries has an effect. */
  die(): Promise<void>;
  close(): Promise<void>;
};

type Shared = { database: TestDatabase; store: MemoryStore };

export async function openTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const database = await (options.size ?? (await quickSize())).open();
  await seedRegistry(database.db.em());
  const shared = { database, store: createMemoryStore() };
  const app = await openProcess(shared, options);
  const close = async () => {
    await app.close();
    await database.drop();
  };
  return { ...app, close };
}

async function openProcess(shared: Shared, options: TestAppOptions): Promise<TestApp> {
  const { db } = shared.database;
  const log = options.log ?? silentLog;
  const resources = new AsyncDisposableStack();
  const sql = watchSql(db.sql);
  const queue = watchQueue(await openTestQueue(shared, options));
  resources.defer(() => queue.close(0));
  const lease = await startWorkerLease({ sql: db.sql, log }, { leaseMs: TEST_LEASE_MS });
  resources.defer(() => lease.end());
  const clock = createTestClock();
  const model = createScriptedModel();
  const sandbox = await createLuaSandbox({ clock });
  const scope: TurnScope = {
    sql,
    em: db.em,
    queue,
    clock,
    log,
    workerId: lease.workerId,
    agents: createAgentDirectory({ em: db.em }),
    behaviors: createBehaviorEngine({ sql, sandbox, log, queue }),
    providers: createTestProviders(model),
    prices: createPrices({
      overrides: { [SCRIPTED]: { inputPerMillion: 3, outputPerMillion: 15 } },
      clock,
    }),
    defaultModel: SCRIPTED,
    platforms: new Map(),
    readPdf: createPdfReader(),
    toolbox: new Map([
      ...createToolbox(),
      ...(options.tools ?? []).map((tool) => [tool.name, tool] as const),
    ]),
  };
  const directory = createRoomDirectory({ sql, clock });
  const toolNames = [...scope.toolbox.keys()];
  const register = createWorkspaceRegister({ sql, queue, clock, log, secrets: undefined });
  const { platforms } = scope;
  const tools = { sandbox, toolNames };
  const control = { em: db.em, sql, queue, clock, directory, ...tools, platforms, register, log };
  const records = createRecords(db);
  const run = createConversationRunner(scope);
  const say: TestApp["say"] = (room, person, text, externalId = newId()) =>
    receiveMessage(control, {
      roomKey: `console:${room}`,
      person: { externalId: person.toLowerCase(), name: person },
      text,
      externalId,
    });

  return {
    ...records,
    db,
    databaseUrl: shared.database.url,
    sql,
    queue,
    clock,
    model,
    scope,
    control,
    async work() {
      resources.defer(await startWorker(scope, { concurrency: 8 }));
    },
    run: (conversationId, signal = new AbortController().signal) => run(conversationId, signal),
    say,
    async ask(room, person, text) {
      const { turnIds } = await say(room, person, text);
      return records.untilTurnEnds(turnIds[0] ?? "no turn");
    },
    addAgent: ({ slug, ...input }) =>
      createAgent(
        { em: db.em() },
        { name: slug, systemPrompt: "You help.", ...input, slug },
        { createdBy: "test" },
      ),
    addBehavior: (behavior) => addBehavior({ em: db.em, sandbox }, behavior),
    join: async () => {
      const other = await openProcess(shared, options);
      resources.defer(() => other.close());
      return other;
    },
    async die() {
      sql.hook(() => {
        throw new Error("this process is dead");
      });
      await lease.end();
    },
    close: () => resources.disposeAsync(),
  };
}

function openTestQueue({ database, store }: Shared, options: TestAppOptions): Promise<JobQueue> {
  const { log = silentLog, queue = "fake" } = options;
  if (queue === "fake") return Promise.resolve(createFakeQueue(store));
  if (database.url === undefined) return Promise.resolve(createMemoryQueue({ log }));
  return createBullQueue({ log, on: { postgresUrl: database.url } });
}

/** The real providers of a machine without keys, and the scripted one. */
function createTestProviders(model: ScriptedModel): TurnScope["providers"] {
  const real = createModelProviders({ compatible: [] });
  return {
    get: (reference) =>
      reference.startsWith("scripted/")
        ? { model, name: reference.slice("scripted/".length) }
        : real.get(reference),
    list: () => [{ provider: "scripted", available: true }, ...real.list()],
  };
}
