#!/usr/bin/env node
// Starts the command line on the Node that the project brings along, whatever Node runs this file.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NEWEST_NEEDED = 24;
const entry = fileURLToPath(new URL("../src/cli/troupe.ts", import.meta.url));

if (Number.parseInt(process.versions.node, 10) >= NEWEST_NEEDED) {
  await import("../src/cli/troupe.ts");
} else {
  runWith(findNode());
}

function findNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve("node/package.json"));
    const program = join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
    if (existsSync(program)) return program;
  } catch {
    // Not installed: said below.
  }
  const root = fileURLToPath(new URL("..", import.meta.url));
  process.stderr.write(
    `troupe: Node ${NEWEST_NEEDED} is missing. Run npm ci in ${root} to install it.\n`,
  );
  return process.exit(1);
}

function runWith(program) {
  const child = spawn(program, [entry, ...process.argv.slice(2)], { stdio: "inherit" });
  // Ctrl-C reaches the child as well: it decides, and its end is ours.
  process.on("SIGINT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    process.stderr.write(`troupe: ${program} does not start: ${error.message}\n`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
