import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { AppError, toErrorMessage } from "../../base/errors.ts";

export function addBehaviors(program: Command): void {
  const behaviors = program.command("behaviors").description("try behavior scripts");
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
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    const why = toErrorMessage(cause);
    throw new AppError("INVALID", `${path} is not readable JSON: ${why}`, { cause });
  }
}
