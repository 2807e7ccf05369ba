import { createAgentDirectory } from "./agents/agent-directory.ts";
import { systemClock } from "./base/clock.ts";
import { type Config, isLoopback, type ProcessRole } from "./base/config.ts";
import { AppError } from "./base/errors.ts";
import type { Log } from "./base/log.ts";
import { openSecretBox } from "./base/secret-key.ts";
import { createBehaviorEngine } from "./behaviors/engine/behavior-engine.ts";
import { startImprovementSweep } from "./behaviors/improvement/sweep-improvements.ts";
import { watchBehaviorFiles } from "./behaviors/files/watch-behavior-files.ts";
import { startEvaluator } from "./experiments/judging/start-evaluator.ts";
import { databaseSchema } from "./database-schema.ts";
import { createCommandDesk } from "./chat/commands/command-desk.ts";
import { startTellingUnanswered } from "./chat/commands/tell-unanswered.ts";
import { createIngress } from "./chat/create-ingress.ts";
import { startTellingOperators } from "./chat/operators/tell-operators.ts";
import { startTellingUnheard } from "./chat/tell-unheard.ts";
import { createPlatforms } from "./chat/create-platforms.ts";
import { createPresses } from "./chat/create-presses.ts";
import { openConnectedDoors, openSlackHttp, openSlackInstall } from "./chat/open-doors.ts";
import type { ControlScope } from "./graphql/context.ts";
import { createGraphqlHandler } from "./graphql/graphql-handler.ts";
import { loadAdminToken } from "./http/admin-token.ts";
import { startHealthServer } from "./http/health-server.ts";
import { startHttpServer } from "./http/http-server.ts";
import { createMetrics } from "./http/metrics.ts";
import { createReadiness } from "./http/readiness.ts";
import { defaultModel } from "./llm/default-model.ts";
import { createPrices } from "./llm/prices.ts";
import { createModelProviders } from "./llm/providers.ts";
import { loadSamples } from "./load-samples.ts";
import { createLuaSandbox } from "./lua/sandbox.ts";
import { openQueue } from "./open-queue.ts";
import { CONVERSATION_LANE } from "./rooms/receive-message.ts";
import { createRoomDirectory } from "./rooms/room-directory.ts";
import { resealAtStart } from "./rooms/workspaces/reseal-credentials.ts";
import { createWorkspaceRegister } from "./rooms/workspaces/workspace-register.ts";
import type { Database } from "./store/database.ts";
import { openPglite } from "./store/open-pglite.ts";
import { openPostgres } from "./store/open-postgres.ts";
import { createPdfReader } from "./pdf/pdf-reader.ts";
import { createToolbox } from "./tools/toolbox.ts";
import { SUMMARY_LANE } from "./turns/refresh-summary.ts";
import type { TurnScope } from "./turns/turn-scope.ts";
import { startWorkerLease } from "./turns/lane/worker-lease.ts";
import { startWorker } from "./turns/lane/worker.ts";

export type App = {
  /** What doors, tests and benchmarks act on. */
  readonly control: ControlScope;
  /** Where the web role answers; undefined without it. */
  readonly url: string | undefined;
  /** The model of agents that name none. */
  readonly defaultModel: string;
  /** Takes no new work, lets running turns finish within `SHUTDOWN_TIMEOUT_MS`, and closes all. */
  close(): Promise<void>;
};

/** Opens everything a process of these roles needs, in order; what fails closes what was opened. */
export async function startApp(
  config: Config,
  roles: readonly ProcessRole[],
  log: Log,
): Promise<App> {
  const resources = new AsyncDisposableStack();
  try {
    const clock = systemClock;
    const db = await openDatabase(config, roles);
    resources.defer(() => db.close());
    const { sql, em } = db;

    const lease = roles.includes("worker")
      ? await startWorkerLease({ sql, log }, { alone: db.size === "embedded" })
      : undefined;
    resources.defer(async () => lease?.end());
    const secrets = await openSecretBox(config);
    await resealAtStart({ sql, secrets, log });
    // The queue waits for running turns when it closes, and they still post: it closes before the platforms.
    const late = resources.use(new AsyncDisposableStack());
    const queue = await openQueue(config, log);
    resources.defer(() => queue.close(config.shutdownTimeoutMs));
    const register = createWorkspaceRegister({ sql, queue, clock, log, secrets });
    const platforms = await createPlatforms(config, { register, clock, log });
    late.defer(async () => register.close());
    for (const platform of platforms.values()) late.defer(() => platform.close());

    const sandbox = await createLuaSandbox();
    resources.defer(await watchBehaviorFiles({ em, sandbox, log }, config.behaviorsDir));
    await loadSamples(em(), config.agentsDir);

    const toolbox = createToolbox();
    const directory = createRoomDirectory({ sql, clock });
    const toolNames = [...toolbox.keys()];
    const control = { em, sql, queue, clock, directory, sandbox, toolNames, platforms, register };
    const model = config.defaultModel ?? defaultModel(config.models);
    if (lease) {
      const { compatible, prices: overrides } = config.models;
      const scope: TurnScope = {
        sql,
        em,
        queue,
        clock,
        log,
        workerId: lease.workerId,
        holdsLease: () => lease.isHeld(),
        agents: createAgentDirectory({ em }),
        behaviors: createBehaviorEngine({ sql, sandbox, log, queue }),
        providers: createModelProviders(config.models),
        prices: createPrices({ overrides, compatible, clock }),
        defaultModel: model,
        toolbox,
        readPdf: createPdfReader(),
        platforms,
      };
      resources.defer(startImprovementSweep({ em, queue, clock, log }));
      resources.defer(await startWorker(scope, { concurrency: config.workerConcurrency }));
      const telling = { em, sql, clock, platforms, log };
      resources.defer(startTellingOperators(telling, config.operatorsRoom));
      resources.defer(startTellingUnheard(telling));
      resources.defer(startTellingUnanswered({ sql, clock, secrets, platforms, log }));
      resources.defer(await startEvaluator({ em, queue, clock, log }));
    }

    const { operators } = config;
    const desk = createCommandDesk({ ...control, operators, secrets, log });
    const presses = createPresses({ ...control, operators, log });
    const door = { ingress: createIngress({ ...control, log }), desk, presses, register, log };
    if (roles.includes("chat")) resources.use(await openConnectedDoors(config, door));

    const readiness = createReadiness({ ping: db.ping, queue });
    let url: string | undefined;
    if (roles.includes("web")) {
      const slack = await openSlackHttp(config, door);
      const slackInstall = await openSlackInstall(config, { ...door, secrets });
      resources.defer(async () => slack?.close());
      const server = await startHttpServer({
        host: config.host,
        port: config.port,
        adminToken: await loadAdminToken(config),
        graphql: createGraphqlHandler(control, log),
        readiness,
        metrics: createMetrics({ sql, queue, lanes: [CONVERSATION_LANE, SUMMARY_LANE] }),
        openMetrics: isLoopback(config.host),
        ...(slack && { slackEvents: slack.handler }),
        ...(slackInstall && { slackInstall }),
        log,
      });
      resources.defer(() => server.close());
      url = server.url;
    } else if (config.healthPort !== undefined) {
      const { host, healthPort: port } = config;
      const health = await startHealthServer({ host, port, readiness, log });
      resources.defer(() => health.close());
      log.info({ url: health.url }, "health and readiness");
    }
    return { control, url, defaultModel: model, close: () => resources.disposeAsync() };
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
}

function openDatabase(config: Config, roles: readonly ProcessRole[]): Promise<Database> {
  if (config.databaseUrl !== undefined) {
    return openPostgres(config.databaseUrl, databaseSchema, { poolSize: 8 });
  }
  if (!roles.includes("web") || !roles.includes("worker")) {
    throw new AppError(
      "INVALID",
      "Roles can be split only over a shared database: set DATABASE_URL, or start without --roles.",
    );
  }
  return openPglite(config.dataDir, databaseSchema);
}
