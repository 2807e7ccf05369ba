import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { startApp } from "./app.ts";
import { parseConfig, type ProcessRole, ROLES } from "./base/config.ts";
import { AppError } from "./base/errors.ts";
import { createLog } from "./base/log.ts";
import { summarizeStart } from "./summarize-start.ts";

const ORPHAN_CHECK_MS = 250;
/** For closing all once running turns have finished. */
const CLOSE_MS = 5000;

await main().catch((error: unknown) => {
  const text = error instanceof AppError ? error.message : error;
  console.error(text instanceof Error ? text.stack : `troupe: ${String(text)}`);
  process.exit(1);
});

async function main(): Promise<void> {
  const startedAt = performance.now();
  const parent = process.ppid;
  const roles = parseRoles(process.argv.slice(2));
  const config = parseConfig(process.env);
  const isWhole = roles.length === ROLES.length;
  if (isWhole && config.databaseUrl === undefined && !existsSync(config.dataDir)) {
    console.log(
      `Making the embedded database in ${config.dataDir}, once; this takes some seconds …`,
    );
  }
  const app = await startApp(config, roles, createLog(config.logLevel));

  let stopping = false;
  const stop = async (signal: string) => {
    // A second signal means now.
    if (stopping) process.exit(1);
    stopping = true;
    console.log(`${signal}: finishing running turns (at most ${config.shutdownTimeoutMs} ms) …`);
    setTimeout(endAnyway, config.shutdownTimeoutMs + CLOSE_MS).unref();
    await app.close();
    process.exit(0);
  };
  process.on("SIGTERM", (signal) => void stop(signal));
  process.on("SIGINT", (signal) => void stop(signal));
  // npm does not hand signals on: its shell ends and leaves this process behind, unless it notices.
  if (process.env["npm_lifecycle_event"]) onOrphaned(parent, () => void stop("SIGTERM"));
  // Last: who reads it may send a signal at once.
  console.log(summarizeStart({ config, roles, app, startMs: performance.now() - startedAt }));
}

/** A database that hangs would keep the process for ever; what it was doing is taken up by the next. */
function endAnyway(): void {
  console.error(
    "troupe: not everything could be closed in time. The next start takes up what is open.",
  );
  process.exit(1);
}

function onOrphaned(parent: number, act: () => void): void {
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    act();
  }, ORPHAN_CHECK_MS).unref();
}

function parseRoles(args: string[]): ProcessRole[] {
  const wanted = readOptions(args).roles?.split(",") ?? [...ROLES];
  const unknown = wanted.filter((name) => !ROLES.some((role) => role === name));
  if (unknown.length > 0) {
    const names = unknown.map((name) => `"${name}"`).join(", ");
    throw new AppError("INVALID", `--roles has ${names}; roles are ${ROLES.join(", ")}.`);
  }
  return ROLES.filter((role) => wanted.includes(role));
}

function readOptions(args: string[]): { roles?: string | undefined } {
  try {
    return parseArgs({ args, options: { roles: { type: "string" } } }).values;
  } catch (cause) {
    throw new AppError("INVALID", "The only option is --roles=chat,web,worker.", { cause });
  }
}
