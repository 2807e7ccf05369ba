import { describe, expect, it, onTestFinished } from "vitest";
import { createHeldModel } from "../support/faults/held-model.ts";
import { findSizes } from "../support/faults/sizes.ts";
import { readRoom, readTurn, sendMessage } from "../support/graphql-client.ts";
import { until } from "../support/until.ts";

const room = "console:lobby";
const servers = (await findSizes()).filter(({ name }) => name !== "embedded");

describe.each(servers)("a worker that freezes in a model call ($name)", ({ openSite }) => {
  it("is replaced, and writes nothing when it thaws", { timeout: 300_000 }, async () => {
    const model = await createHeldModel();
    onTestFinished(() => model.close());
    const site = await openSite();
    const url = await site.start({}, ["--roles=web"]).ready;
    const frozen = site.start(model.env("frozen"), ["--roles=worker"]);
    await frozen.ready;
    const { turnIds } = await sendMessage(url, { room, person: "ana", text: "Hello?" });
    await until(() => model.calls.length === 1);
    frozen.signal("SIGSTOP");
    const other = site.start(model.env("other"), ["--roles=worker"]);
    await other.ready;
    await until(() => model.calls.length === 2);

    model.release();
    await until(async () => (await readTurn(url, turnIds[0] ?? "")).status === "DONE");
    const before = await readTurn(url, turnIds[0] ?? "");
    frozen.signal("SIGCONT");
    await other.stop("SIGTERM");
    // Its own job for this conversation comes first, so what it had to say is said by then.
    const next = await sendMessage(url, { room, person: "ana", text: "Still there?" });
    await until(async () => (await readTurn(url, next.turnIds[0] ?? "")).status === "DONE");
    expect(model.calls).toEqual(["frozen", "other", "frozen"]);
    expect(await readTurn(url, turnIds[0] ?? "")).toEqual(before);
    expect((await readRoom(url, room)).map(({ text }) => text)).toEqual([
      "Hello?",
      "Here you are.",
      "Still there?",
      "Here you are.",
    ]);
  });
});
