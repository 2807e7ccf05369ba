import type { Command } from "commander";
import { parseConfig } from "../../base/config.ts";
import { formatFindings, hasFailed } from "../doctor/format-findings.ts";

export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description(
      "try every configured connection, without a running server; exit 1 where one fails",
    )
    .action(async () => {
      // The platforms' packages take a moment to load, which other commands need not wait for.
      const { examine } = await import("../doctor/examine.ts");
      const findings = await examine(parseConfig(process.env));
      console.log(formatFindings(findings));
      if (!hasFailed(findings)) return;
      console.log("\nWhat FAILED keeps Troupe from its work; each line says what to do.");
      process.exitCode = 1;
    });
}
