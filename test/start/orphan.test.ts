import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { createFolder } from "../support/troupe-process.ts";
import { until } from "../support/until.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const START = `"$NODE" src/main.ts > "$OUT" 2>&1 & until grep -q Making "$OUT"; do sleep 0.05; done; echo $!`;

it("a process that npm leaves behind while it starts ends by itself", async () => {
  const folder = createFolder();
  onTestFinished(() => folder.remove());
  const out = join(folder.path, "out");
  const env = {
    PATH: process.env["PATH"],
    NODE: process.execPath,
    OUT: out,
    DATA_DIR: join(folder.path, "data"),
    PORT: "0",
    npm_lifecycle_event: "start",
  };
  const { stdout } = await promisify(execFile)("sh", ["-c", START], { cwd: ROOT, env });
  onTestFinished(() => {
    try {
      process.kill(Number(stdout), "SIGKILL");
    } catch {
      // It has ended, as it should.
    }
  });
  const written = () => (existsSync(out) ? readFileSync(out, "utf8") : "");
  await until(() => written().includes("finishing running turns"));
  expect(written()).toContain("Troupe is ready");
});
