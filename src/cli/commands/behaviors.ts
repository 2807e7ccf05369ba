import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { parseConfig } from "../../base/config.ts";
import { AppError, toErrorMessage } from "../../base/errors.ts";

import { addBehaviorRegistry } from "./behaviors-registry.ts";
import { connect, withServerOptions } from "./room-options.ts";

export function addBehaviors(program: Command): void {
  const behaviors = program
    .command("behaviors")
    .description("try, test, look at and change behaviors");
  addBehaviorRegistry(behaviors);
  behaviors
    .command("run <files...>")
    .description("run scripts in the sandbox, without a server; prints one JSON line per file")
    .option(
      "--context <file>",
      "JSON file with the whole context (default: the contract's example)",
    )
    .action(async (files: string[], { context }: { context?: string }) => {
      const value = context === undefined ? undefined : await readJson(context);
      // Loaded when asked for: the other commands start faster without the sandbox.
      const { runBehaviorFiles } = await import("./behaviors-run.ts");
      await runBehaviorFiles(files, value, console.log);
    });
  behaviors
    .command("check <files...>")
    .description(
      "validate scripts in the situations they will meet, without a server; exits 1 on a fault",
    )
    .action(async (files: string[]) => {
      const { checkBehaviorFiles } = await import("./behaviors-check.ts");
      if (!(await checkBehaviorFiles(files, console.log))) process.exitCode = 1;
    });
  withServerOptions(behaviors.command("test [files...]"))
    .description(
      "run behavior tests (*.test.json beside *.lua), without a server; all of BEHAVIORS_DIR unless files are named; exits 1 on a failure",
    )
    .option("--stored", "run on the server those that are stored; the arguments are names then")
    .action(async (files: string[], options: { url?: string; stored?: boolean }) => {
      const { testBehaviorFiles, testStoredBehaviors } = await import("./behaviors-test.ts");
      const passed = options.stored
        ? await testStoredBehaviors(await connect(options), files, console.log)
        : await testBehaviorFiles(files, {
            folder: parseConfig(process.env).behaviorsDir,
            write: console.log,
          });
      if (!passed) process.exitCode = 1;
    });
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    const why = toErrorMessage(cause);
    throw new AppError("INVALID", `${path} is not readable JSON: ${why}`, { cause });
  }
}
