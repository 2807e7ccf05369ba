import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { pause } from "./until.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Processes of one commit start sooner after the first one. */
export const COMPILE_CACHE = join(tmpdir(), "troupe-test-compile-cache");

export const TEST_TOKEN = "a-token-for-tests-only";

type Exit = { code: number | null; signal: NodeJS.Signals | null };

/** A real `node src/main.ts`. */
export type TroupeProcess = {
  /** Resolves with its address once it is ready, "" without the web role; rejects where it ends before. */
  readonly ready: Promise<string>;
  readonly exited: Promise<Exit>;
  isRunning(): boolean;
  /** What it wrote so far. */
  stdout(): string;
  stderr(): string;
  signal(signal: NodeJS.Signals): void;
  /** Sends a signal (`SIGTERM` unless given) and resolves when the process is gone. */
  stop(signal?: NodeJS.Signals): Promise<Exit>;
};

/** Starts Troupe with these variables and no others, on a free port unless `PORT` is given. */
export function startTroupe(env: Record<string, string>, args: string[] = []): TroupeProcess {
  const child = spawn(process.execPath, ["src/main.ts", ...args], {
    cwd: ROOT,
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      PORT: "0",
      LOG_LEVEL: "info",
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      // It ends by itself when the test's process is gone.
      npm_lifecycle_event: "test",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const written = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (written.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (written.stderr += chunk.toString()));
  let running = true;
  const exited = new Promise<Exit>((resolve) => {
    child.once("close", (code, signal) => {
      running = false;
      resolve({ code, signal });
    });
  });

  async function untilReady(): Promise<string> {
    while (!/Troupe is ready .*\n[^]*\n$/.test(written.stdout)) {
      if (!running) {
        const { code, signal } = await exited;
        const text = `${written.stdout}${written.stderr}`;
        throw new Error(`it ended with ${code ?? signal} before it was ready:\n${text}`);
      }
      await pause(10);
    }
    return /(http\S+)\/graphql/.exec(written.stdout)?.[1] ?? "";
  }
  const ready = untilReady();
  ready.catch(() => undefined);

  return {
    ready,
    exited,
    isRunning: () => running,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    signal: (signal) => void child.kill(signal),
    stop(signal = "SIGTERM") {
      child.kill(signal);
      return exited;
    },
  };
}

export type Folder = { path: string; remove(): void };

/** A folder for one test; `remove` it afterwards. */
export function createFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), "troupe-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
