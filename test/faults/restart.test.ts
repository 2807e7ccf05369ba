import { readdirSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { createHeldModel } from "../support/faults/held-model.ts";
import { readRoom, readTurn, sendMessage } from "../support/graphql-client.ts";
import { startTroupe, TEST_TOKEN } from "../support/troupe-process.ts";
import { until } from "../support/until.ts";
import { createDataFolder } from "../support/data-folder.ts";

const room = "console:lobby";

describe("the embedded process, killed and started again", () => {
  const prepare = async () => {
    const model = await createHeldModel();
    onTestFinished(() => model.close());
    const folder = await createDataFolder();
    onTestFinished(() => folder.remove());
    const start = (maker: string) => {
      const env = { TROUPE_ADMIN_TOKEN: TEST_TOKEN, DATA_DIR: folder.path, ...model.env(maker) };
      const process = startTroupe(env);
      onTestFinished(async () => void (await process.stop("SIGKILL")));
      return process;
    };
    return { model, folder, start };
  };

  it("takes up at once what it was answering", { timeout: 300_000 }, async () => {
    const { model, start } = await prepare();
    const first = start("first");
    const { turnIds } = await sendMessage(await first.ready, { room, person: "ana", text: "Hi" });
    await until(() => model.calls.length === 1);
    await first.stop("SIGKILL");

    const second = start("second");
    const url = await second.ready;
    // By the sweep of its start: a later one would find the turn in any case.
    expect(second.stderr()).toContain('"woken":1');
    await until(() => model.calls.length === 2);
    model.release();
    await until(async () => (await readTurn(url, turnIds[0] ?? "")).status === "DONE");
    expect(model.calls).toEqual(["first", "second"]);
    expect((await readRoom(url, room)).map(({ text }) => text)).toEqual(["Hi", "Here you are."]);
  });

  it("keeps the messages, and leaves no locks behind", { timeout: 300_000 }, async () => {
    const { model, folder, start } = await prepare();
    model.release();
    for (const n of [1, 2, 3]) {
      const process = start(`process-${n}`);
      const url = await process.ready;
      const { turnIds } = await sendMessage(url, { room, person: "ana", text: `Number ${n}` });
      await until(async () => (await readTurn(url, turnIds[0] ?? "")).status === "DONE");
      await process.stop("SIGKILL");
    }
    const url = await start("last").ready;
    const texts = (await readRoom(url, room)).map(({ text }) => text);
    expect(texts.filter((text) => text.startsWith("Number"))).toEqual([
      "Number 1",
      "Number 2",
      "Number 3",
    ]);
    expect(readdirSync(folder.path).filter((name) => name.startsWith("lock")).length).toBeLessThan(
      3,
    );
  });
});
