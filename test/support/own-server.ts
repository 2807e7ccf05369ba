import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

export type OwnServer = { port: number; stop(): Promise<void> };

/** Starts a throw-away Redis on a free port; undefined when none is installed. */
export async function startRedis(port?: number): Promise<OwnServer | undefined> {
  const program = findProgram("redis-server", []) ?? findProgram("valkey-server", []);
  if (!program) return undefined;
  const free = port ?? (await findPort());
  const child = spawn(
    program,
    ["--port", String(free), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
    { stdio: "ignore", cwd: tmpdir() },
  );
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
    ["-D", data, "-p", String(port), "-k", "", "-c", "fsync=off", "-c", "max_connections=200"],
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

/** A port of the loopback that is free now. */
export async function findPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
