import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { randomInt } from "node:crypto";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pause } from "./until.ts";

export type OwnServer = { port: number; stop(): Promise<void> };

// For many processes with pools of their own, and a database that nobody misses.
const POSTGRES_SETTINGS = [
  "max_connections=500",
  "fsync=off",
  "full_page_writes=off",
  "synchronous_commit=off",
];
// Below the ports that Linux and other systems give away by themselves.
const LEAST_PORT = 10_000;
const MOST_PORT = 31_999;

/** Starts a throw-away Redis on a free port, which listens then; undefined when none is installed. */
export async function startRedis(port?: number): Promise<OwnServer | undefined> {
  const program = findProgram("redis-server", []) ?? findProgram("valkey-server", []);
  if (!program) return undefined;
  const free = port ?? (await findPort());
  const child = spawn(
    program,
    ["--port", String(free), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
    { stdio: "ignore", cwd: tmpdir() },
  );
  while (!(await isListening(free))) {
    if (child.exitCode !== null) throw new Error(`Redis ended with ${child.exitCode}`);
    await pause(10);
  }
  return { port: free, stop: () => stop(child) };
}

/** Starts a throw-away Postgres on a free port, never as root; undefined when none is installed. */
export async function startPostgres(): Promise<OwnServer | undefined> {
  const initdb = findProgram("initdb", findPostgresDirectories());
  if (!initdb) return undefined;
  const identity = toUnprivileged();
  const data = mkdtempSync(join(tmpdir(), "troupe-postgres-"));
  if (identity) chownSync(data, identity.uid, identity.gid);
  const options = { stdio: "ignore" as const, cwd: data, ...identity };
  execFileSync(initdb, ["-D", data, "-U", "postgres", "-A", "trust", "--no-sync"], options);
  const port = await findPort();
  const child = spawn(
    join(initdb, "..", "postgres"),
    [
      "-D",
      data,
      "-p",
      String(port),
      "-k",
      "",
      ...POSTGRES_SETTINGS.flatMap((each) => ["-c", each]),
    ],
    options,
  );
  return {
    port,
    async stop() {
      await stop(child, "SIGINT");
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function stop(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => {
    child.once("exit", resolve);
  });
  child.kill(signal);
  await exited;
}

function findProgram(name: string, directories: string[]): string | undefined {
  const onPath = (process.env["PATH"] ?? "").split(delimiter);
  return [...onPath, "/usr/bin", "/usr/local/bin", ...directories]
    .map((directory) => join(directory, name))
    .find((path) => existsSync(path));
}

/** Debian keeps the server's programs off the PATH, one directory per version. */
function findPostgresDirectories(): string[] {
  const root = "/usr/lib/postgresql";
  if (!existsSync(root)) return [];
  const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(root, version, "bin"));
}

/** Postgres refuses to run as root: then it runs as `postgres`, or as `nobody`. */
function toUnprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const user of ["postgres", "nobody"]) {
    try {
      const ask = (flag: string) => Number(execFileSync("id", [flag, user], { stdio: "pipe" }));
      return { uid: ask("-u"), gid: ask("-g") };
    } catch {
      continue;
    }
  }
  return undefined;
}

/**
 * A port of the loopback that is free now, and that the system gives to nobody who asks for any port:
 * it stays free while a process on it is started again.
 */
export async function findPort(): Promise<number> {
  for (;;) {
    const port = randomInt(LEAST_PORT, MOST_PORT + 1);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

function isListening(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  return new Promise<boolean>((resolve) => {
    socket.once("error", () => resolve(false));
    socket.once("connect", () => resolve(true));
  }).finally(() => socket.destroy());
}
