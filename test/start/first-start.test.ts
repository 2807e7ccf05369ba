import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { askGraphql, isReady, readRoom, readTurn, sendMessage } from "../support/graphql-client.ts";
import { createFolder, startTroupe } from "../support/troupe-process.ts";
import { until } from "../support/until.ts";

describe("a start on an empty machine", { timeout: 300_000 }, () => {
  const prepare = () => {
    const folder = createFolder();
    onTestFinished(() => folder.remove());
    const dataDir = join(folder.path, "new", "data");
    const start = () => {
      const process = startTroupe({ DATA_DIR: dataDir });
      onTestFinished(async () => void (await process.stop("SIGKILL")));
      return process;
    };
    const readToken = () => readFileSync(join(dataDir, "admin-token"), "utf8").trim();
    return { dataDir, start, readToken };
  };

  it("is ready, says what is on and off, and is ready again the second time", async () => {
    const { start, readToken } = prepare();
    const first = start();
    const url = await first.ready;
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await until(() => isReady(url));
    for (const variable of ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "DATABASE_URL", "REDIS_URL"]) {
      expect(first.stdout()).toContain(`set ${variable}`);
    }
    const token = readToken();
    expect(await first.stop("SIGTERM")).toEqual({ code: 0, signal: null });

    const second = start();
    const again = await second.ready;
    await until(() => isReady(again));
    expect(second.stdout()).toMatch(/ready in \d+\.\d s/);
    expect(readToken()).toBe(token);
    expect(await second.stop("SIGINT")).toEqual({ code: 0, signal: null });
  });

  it("makes an admin token that only its owner reads, and shows it nowhere", async () => {
    const { dataDir, start, readToken } = prepare();
    const process = start();
    const url = await process.ready;
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    expect(statSync(join(dataDir, "admin-token")).mode & 0o777).toBe(0o600);
    const token = readToken();
    const query = `{ agents { slug } }`;
    const { agents } = await askGraphql<{ agents: object[] }>(url, query, {}, token);
    expect(agents).toContainEqual({ slug: "sage" });
    await expect(askGraphql(url, query, {}, `${token}x`)).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
    });
    expect(process.stdout() + process.stderr()).not.toContain(token);
  });

  it("loses no message to kill -9", async () => {
    const { start, readToken } = prepare();
    const room = "console:lobby";
    const first = start();
    const url = await first.ready;
    const token = readToken();
    const { turnIds } = await sendMessage(url, { room, person: "ana", text: "Remember me" }, token);
    await until(async () => (await readTurn(url, turnIds[0] ?? "", token)).status === "DONE");
    const before = await readRoom(url, room, token);
    await first.stop("SIGKILL");
    expect(await readRoom(await start().ready, room, token)).toEqual(before);
    expect(before.map(({ author }) => author.kind)).toEqual(["PERSON", "AGENT"]);
  });
});
