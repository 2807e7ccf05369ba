import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { COMPILE_CACHE, TEST_TOKEN } from "./troupe-process.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export type CliRun = { code: number | null; stdout: string; stderr: string };

/** Runs `troupe` with these arguments as a process of its own, its input a pipe. */
export async function runCli(
  args: string[],
  { input = "", env = {} }: { input?: string | Buffer; env?: Record<string, string> } = {},
): Promise<CliRun> {
  const child = spawn(process.execPath, ["bin/troupe.mjs", ...args], {
    cwd: ROOT,
    env: {
      PATH: process.env["PATH"],
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      TROUPE_ADMIN_TOKEN: TEST_TOKEN,
      ...env,
    },
  });
  const run: CliRun = { code: null, stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (run.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (run.stderr += text));
  // A command that ends before it has read everything is none of the test's concern.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  return new Promise((resolve) => {
    child.once("close", (code) => resolve({ ...run, code }));
  });
}
