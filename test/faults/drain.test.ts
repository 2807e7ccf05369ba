import { describe, expect, it, onTestFinished } from "vitest";
import { createHeldModel, type HeldModel } from "../support/faults/held-model.ts";
import { findSizes, type Site, type Size } from "../support/faults/sizes.ts";
import { readRoom, readTurn, sendMessage } from "../support/graphql-client.ts";
import { pause, until } from "../support/until.ts";

const TIMEOUT_MS = 300_000;
const ANSWER = "Here you are.";
/** What a queue that still took work would need to take it. */
const TEMPTATION_MS = 1_000;

const sizes = await findSizes();

describe.each(sizes)("SIGTERM while turns run against a slow model ($name)", (size) => {
  it("lets them finish and takes no new work", { timeout: TIMEOUT_MS }, async () => {
    const { model, url, start } = await open(size);
    const first = start("first");
    const ask = await prepareRooms(await url(first), ["one", "two"]);
    await until(() => model.calls.length === 2);
    await ask("one", "And this?");
    const exited = first.stop("SIGTERM");
    await until(() => first.stdout().includes("SIGTERM"));
    if (size.name !== "embedded") await ask("three", "And that?");
    await pause(TEMPTATION_MS);
    model.release();
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(model.calls).toEqual(["first", "first"]);

    const second = start("second");
    const door = await url(second);
    const rooms = size.name === "embedded" ? ["one", "two"] : ["one", "two", "three"];
    await until(async () => (await countAnswers(door, rooms)) >= rooms.length + 1);
    expect(model.calls.slice(2)).toEqual(rooms.slice(1).map(() => "second"));
    expect(await countAnswers(door, rooms)).toBe(rooms.length + 1);
  });

  it("hands them back when the time is over", { timeout: TIMEOUT_MS }, async () => {
    const { model, url, start } = await open(size);
    const first = start("first", { SHUTDOWN_TIMEOUT_MS: "300" });
    const door = await url(first);
    const sent = await sendMessage(door, { room: "console:one", person: "ana", text: "Hello?" });
    await until(() => model.calls.length === 1);
    expect(await first.stop("SIGTERM")).toEqual({ code: 0, signal: null });
    expect(first.stderr()).not.toContain('"level":50');

    const second = start("second");
    const secondDoor = await url(second);
    await until(() => model.calls.length === 2);
    model.release();
    await until(async () => (await readTurn(secondDoor, sent.turnIds[0] ?? "")).status === "DONE");
    expect(model.calls).toEqual(["first", "second"]);
    expect(await countAnswers(secondDoor, ["one"])).toBe(1);
  });
});

/** A site with a held model; on the larger sizes the web role is a process of its own. */
async function open(size: Size): Promise<{
  model: HeldModel;
  start: (maker: string, env?: Record<string, string>) => ReturnType<Site["start"]>;
  url: (worker: ReturnType<Site["start"]>) => Promise<string>;
}> {
  const model = await createHeldModel();
  onTestFinished(() => model.close());
  const site = await size.openSite();
  if (size.name === "embedded") {
    return {
      model,
      start: (maker, env = {}) => site.start({ ...model.env(maker), ...env }),
      url: (worker) => worker.ready,
    };
  }
  const web = site.start({}, ["--roles=web"]);
  return {
    model,
    start: (maker, env = {}) => site.start({ ...model.env(maker), ...env }, ["--roles=worker"]),
    async url(worker) {
      await worker.ready;
      return web.ready;
    },
  };
}

/** Asks once in every room; answers how to ask again. */
async function prepareRooms(url: string, rooms: string[]) {
  const ask = (room: string, text: string) =>
    sendMessage(url, { room: `console:${room}`, person: "ana", text });
  for (const room of rooms) await ask(room, "Hello?");
  return ask;
}

async function countAnswers(url: string, rooms: string[]): Promise<number> {
  const messages = await Promise.all(rooms.map((room) => readRoom(url, `console:${room}`)));
  return messages.flat().filter(({ text }) => text === ANSWER).length;
}
