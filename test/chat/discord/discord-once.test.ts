import { expect, onTestFinished, test } from "vitest";
import { newId } from "../../../src/base/ids.ts";
import { openDiscordStage, PATCH, type PlaceKind, POST } from "./discord-stage.ts";

const NEW = { resumed: false };
const RESUMED = { resumed: true };
const HOUR_MS = 3_600_000;

/** A stage whose clock can be moved, for the time after Discord has forgotten nonces. */
async function open(kind: PlaceKind, options: { requestTimeoutMs?: number } = {}) {
  let ahead = 0;
  const clock = { now: () => Date.now() + ahead };
  const stage = await openDiscordStage(kind, { clock, ...options });
  onTestFinished(() => stage.close());
  return { ...stage, passAnHour: () => void (ahead += HOUR_MS) };
}

const long = Array.from({ length: 700 }, (_, i) => `word${i}`).join(" ");

for (const kind of ["thread", "channel"] as const) {
  test(`a crash between posting and recording doubles nothing an hour later (${kind})`, async () => {
    const { ask, connect, own, passAnHour, writes } = await open(kind);
    const [address, id] = [ask("?"), newId()];
    const first = await connect().openReply(address, id, NEW).finish(long);
    passAnHour();
    const before = writes();
    expect(await connect().openReply(address, id, RESUMED).finish(long)).toEqual(first);
    expect(writes()).toBe(before);
    expect(own(address.thread ?? address.channel)).toHaveLength(first.length);
  });

  test(`a crash before posting leaves a reply that is posted an hour later (${kind})`, async () => {
    const { ask, connect, own, passAnHour } = await open(kind);
    const [address, id] = [ask("?"), newId()];
    passAnHour();
    const ids = await connect().openReply(address, id, RESUMED).finish("Thirty days.");
    expect(own(address.thread ?? address.channel).map((message) => message.id)).toEqual(ids);
    const soon = ask("??");
    await connect().openReply(soon, newId(), RESUMED).finish("Forty days.");
    expect(own(soon.thread ?? soon.channel).at(-1)?.content).toContain("Forty days.");
  });

  test(`a draft left by a dead process is continued an hour later (${kind})`, async () => {
    const { ask, connect, own, passAnHour } = await open(kind);
    const [address, id] = [ask("?"), newId()];
    const place = address.thread ?? address.channel;
    connect().openReply(address, id, NEW).show("Let me see what I");
    await expect.poll(() => own(place)).toHaveLength(1);
    passAnHour();
    const draft = connect().openReply(address, id, RESUMED);
    draft.show("Well, another attempt");
    await expect.poll(() => own(place)[0]?.content).toContain("Well");
    const ids = await draft.finish("Thirty days.");
    expect(own(place).map((message) => message.id)).toEqual(ids);
    expect(own(place)).toMatchObject([{ content: expect.stringMatching(/Thirty days\.$/) }]);
  });
}

test("a reply broken off between its parts is completed an hour later", async () => {
  const { double, general, ask, connect, own, passAnHour } = await open("channel");
  const [address, id] = [ask("?"), newId()];
  double.faults.add({ ...POST, kind: "status", status: 503, skip: 1, times: 10 });
  await expect(connect().openReply(address, id, NEW).finish(long)).rejects.toMatchObject({
    code: "UNAVAILABLE",
  });
  double.faults.clear();
  expect(own(general)).toHaveLength(1);
  passAnHour();
  const ids = await connect().openReply(address, id, RESUMED).finish(long);
  expect(own(general).map((message) => message.id)).toEqual(ids);
  const shown = own(general).map(({ content }) => content);
  expect(shown.join(" ").match(/word\d+/g)).toEqual(long.match(/word\d+/g));
});

test("an agent does not take another agent's draft, nor its own earlier answer, for its reply", async () => {
  const { general, ask, connect, own, passAnHour } = await open("channel");
  const address = ask("?");
  await connect().openReply(address, newId(), NEW).finish("Hello!");
  passAnHour();
  const id = newId();
  const rex = { ...address, agent: { slug: "rex", name: "Rex" } };
  connect().openReply(rex, newId(), NEW).show("Rex thinks that");
  await expect.poll(() => own(general)).toHaveLength(2);
  passAnHour();
  await connect().openReply(address, id, RESUMED).finish("Hello indeed!");
  expect(own(general).map(({ content }) => content)).toEqual([
    "Hello!",
    expect.stringContaining("Rex thinks that"),
    "Hello indeed!",
  ]);
});

test("an answer that never comes back is asked for again, and posted once", async () => {
  const options = { requestTimeoutMs: 2000 };
  const { double, general, ask, connect, own } = await open("channel", options);
  double.faults.add({ ...POST, kind: "lostResponse", how: "hang" });
  const ids = await connect().openReply(ask("?"), newId(), NEW).finish("Once.");
  expect(own(general).map(({ id }) => id)).toEqual(ids);
});

test("an edit whose answer is lost is repeated", async () => {
  const { double, general, ask, connect, own } = await open("channel");
  const draft = connect().openReply(ask("?"), newId(), NEW);
  draft.show("a beginning");
  await expect.poll(() => own(general)).toHaveLength(1);
  double.faults.add({ ...PATCH, kind: "lostResponse", how: "reset" });
  double.faults.add({ ...PATCH, kind: "lostRequest" });
  await draft.finish("an end");
  expect(own(general)).toMatchObject([{ content: "an end" }]);
});

test("a Discord that stays away is unavailable, for the caller to come back later", async () => {
  const { double, ask, connect } = await open("channel");
  double.faults.add({ ...POST, kind: "status", status: 502, times: 99 });
  await expect(connect().openReply(ask("?"), newId(), NEW).finish("?")).rejects.toMatchObject({
    name: "AppError",
    code: "UNAVAILABLE",
  });
  expect(double.requests.filter(({ status }) => status === 502)).toHaveLength(4);
});

test("a draft goes on after a fault that passes", async () => {
  const { double, general, ask, connect, own } = await open("channel");
  double.faults.add({ ...POST, kind: "status", status: 500 });
  const draft = connect().openReply(ask("?"), newId(), NEW);
  draft.show("one");
  await expect.poll(() => double.requests.at(-1)?.status).toBe(500);
  draft.show("one two");
  await expect.poll(() => own(general)[0]?.content).toContain("one two");
  await draft.finish("one two three");
  expect(own(general)).toMatchObject([{ content: "one two three" }]);
});
