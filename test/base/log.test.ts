import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";

const LOG = new URL("../../src/base/log.ts", import.meta.url).href;

/** What a process of its own writes: standard output and standard error. */
function run(level: string, code: string): { stdout: string; lines: Record<string, unknown>[] } {
  const script = `import { createLog } from ${JSON.stringify(LOG)}; const log = createLog("${level}"); ${code}`;
  const both = execFileSync(
    process.execPath,
    ["--input-type=module", "-e", `${script}; process.stdout.write("|out|");`],
    { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], env: {} },
  );
  const stderr = execFileSync(
    "sh",
    ["-c", '"$0" --input-type=module -e "$1" 2>&1 >/dev/null', process.execPath, script],
    { encoding: "utf8" },
  );
  const lines = stderr.split("\n").filter(Boolean);
  return { stdout: both, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe("the log", () => {
  it("is JSON lines on standard error, and leaves standard output free", () => {
    const { stdout, lines } = run(
      "info",
      `log.info({ turnId: "t" }, "turn ended"); log.debug({}, "not said");`,
    );
    expect(stdout).toBe("|out|");
    expect(lines).toMatchObject([{ level: 30, turnId: "t", msg: "turn ended" }]);
  });

  it("hides what carries a secret", () => {
    const { lines } = run(
      "debug",
      `log.warn({ a: { token: "s3cret", apiKey: "s3cret", authorization: "s3cret" } }, "hidden");`,
    );
    expect(JSON.stringify(lines)).not.toContain("s3cret");
  });
});
