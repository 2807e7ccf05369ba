import { existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { isReady } from "../support/graphql-client.ts";
import { findPort } from "../support/own-server.ts";
import { createFolder, startTroupe, TEST_TOKEN } from "../support/troupe-process.ts";
import { until } from "../support/until.ts";
import { createDataFolder } from "../support/data-folder.ts";

const token = { TROUPE_ADMIN_TOKEN: TEST_TOKEN };

describe("a start that cannot succeed", { timeout: 300_000 }, () => {
  const refuse = async (env: Record<string, string>, args: string[] = []) => {
    const dataDir = join(newFolder(), "data");
    const process = startTroupe({ ...token, DATA_DIR: dataDir, ...env }, args);
    onTestFinished(async () => void (await process.stop("SIGKILL")));
    const { code } = await process.exited;
    return { code, stdout: process.stdout(), stderr: process.stderr(), dataDir };
  };

  it("lists every faulty variable at once and opens nothing", async () => {
    const { code, stdout, stderr, dataDir } = await refuse({
      PORT: "many",
      HOST: "0.0.0.0",
      TROUPE_ADMIN_TOKEN: "short",
      TROUPE_SECRET_KEY: "not a key",
      DATABASE_URL: "mysql://localhost/troupe",
      REDIS_URL: "localhost:6379",
      DEFAULT_MODEL: "no-provider",
      OPENAI_COMPATIBLE: "{",
      OPENAI_BASE_URL: "ftp://models",
      LOG_LEVEL: "loud",
      SHUTDOWN_TIMEOUT_MS: "-1",
      WORKER_CONCURRENCY: "0",
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    const [first, ...faults] = stderr.trim().split("\n");
    expect(first).toBe("troupe: The configuration has faults:");
    const names = faults.map((line) => line.trim().split(" ")[0]);
    expect(new Set(names)).toEqual(
      new Set([
        "DATABASE_URL",
        "DEFAULT_MODEL",
        "LOG_LEVEL",
        "OPENAI_BASE_URL",
        "OPENAI_COMPATIBLE",
        "PORT",
        "REDIS_URL",
        "SHUTDOWN_TIMEOUT_MS",
        "TROUPE_ADMIN_TOKEN",
        "TROUPE_SECRET_KEY",
        "WORKER_CONCURRENCY",
      ]),
    );
    expect(existsSync(dataDir)).toBe(false);
  });

  it("lists what is missing beside what is malformed", async () => {
    const { code, stderr, dataDir } = await refuse({
      TROUPE_ADMIN_TOKEN: "",
      HOST: "0.0.0.0",
      PORT: "70000",
      REDIS_URL: "redis://127.0.0.1:6379",
    });
    expect(code).toBe(1);
    expect(stderr).toContain("PORT must be at most 65535");
    expect(stderr).toContain("TROUPE_ADMIN_TOKEN must be set when HOST is 0.0.0.0");
    expect(stderr).toContain("DATABASE_URL must be set when REDIS_URL is");
    expect(existsSync(dataDir)).toBe(false);
  });

  it("never shows the value of a faulty secret", async () => {
    const { stderr } = await refuse({
      TROUPE_ADMIN_TOKEN: "hunter2",
      TROUPE_SECRET_KEY: "hunter2",
      DATABASE_URL: "mysql://me:hunter2@localhost/troupe",
      REDIS_URL: "http://me:hunter2@localhost",
    });
    expect(stderr).toContain("TROUPE_ADMIN_TOKEN");
    expect(stderr).not.toContain("hunter2");
  });

  const port = findPort();
  it.each([
    {
      what: "an unknown role",
      args: ["--roles=nonsense"],
      says: '--roles has "nonsense"; roles are chat, web, worker.',
    },
    {
      what: "no role",
      args: ["--roles="],
      says: '--roles has ""; roles are chat, web, worker.',
    },
    {
      what: "an unknown option",
      args: ["--port=1"],
      says: "The only option is --roles=chat,web,worker.",
    },
    {
      what: "a split role without a shared database",
      args: ["--roles=worker"],
      says: "Roles can be split only over a shared database: set DATABASE_URL, or start without --roles.",
    },
    {
      what: "an address for everybody without a token",
      env: { HOST: "0.0.0.0", TROUPE_ADMIN_TOKEN: "" },
      says: "TROUPE_ADMIN_TOKEN must be set when HOST is 0.0.0.0",
    },
    {
      what: "a Postgres that does not answer",
      env: { DATABASE_URL: "postgres://me:hunter2@127.0.0.1:1/troupe" },
      says: "Postgres at 127.0.0.1:1/troupe cannot be used",
    },
  ])("names $what in one sentence", async ({ args = [], env = {}, says }) => {
    const { code, stdout, stderr, dataDir } = await refuse(env, args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expectOneSentence(stderr, says);
    expect(existsSync(dataDir)).toBe(false);
  });

  it("names a port in use, and the embedded database can be opened afterwards", async () => {
    const taken = await port;
    const server = createServer().listen(taken, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(async () => {
      server.close();
      await once(server, "close");
    });
    const { code, stderr, dataDir } = await refuse({ PORT: String(taken) });
    expect(code).toBe(1);
    expectOneSentence(stderr, `Port ${taken} on 127.0.0.1 is in use. Stop what listens there`);
    const next = startTroupe({ ...token, DATA_DIR: dataDir });
    onTestFinished(async () => void (await next.stop("SIGKILL")));
    expect(await next.ready).toMatch(/^http/);
  });

  it("names a data folder that another process uses, which goes on", async () => {
    const folder = await createDataFolder();
    onTestFinished(() => folder.remove());
    const dataDir = folder.path;
    const owner = startTroupe({ ...token, DATA_DIR: dataDir });
    onTestFinished(async () => void (await owner.stop("SIGKILL")));
    const url = await owner.ready;
    const { code, stderr } = await refuse({ DATA_DIR: dataDir });
    expect(code).toBe(1);
    expectOneSentence(stderr, `The data folder ${dataDir} is in use by another Troupe process.`);
    await until(() => isReady(url));
  });

  it("names a data folder that cannot be made", async () => {
    const file = join(newFolder(), "file");
    writeFileSync(file, "no folder");
    const { code, stderr } = await refuse({ DATA_DIR: join(file, "data") });
    expect(code).toBe(1);
    expectOneSentence(stderr, `The data folder ${join(file, "data")} cannot be used`);
  });
});

function newFolder(): string {
  const folder = createFolder();
  onTestFinished(() => folder.remove());
  return folder.path;
}

/** One line (a hint may follow it), no stack trace, no secret. */
function expectOneSentence(stderr: string, says: string): void {
  expect(stderr).toContain(says);
  expect(stderr).toMatch(/^troupe: /);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(stderr).not.toContain("hunter2");
  expect(stderr.trim().split("\n").length).toBeLessThanOrEqual(2);
}
