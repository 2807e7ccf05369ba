import { afterAll, expect, it } from "vitest";
import { settleEarlyFeedback } from "../../../src/turns/feedback/settle-early-feedback.ts";
import { until } from "../../support/until.ts";
import { openAppStage } from "./app-stage.ts";

const { double, workspace, stage, close } = await openAppStage();
afterAll(close);

const count = async (table: "early_feedback" | "feedback") => {
  const [row] = await stage.app.db
    .em()
    .execute<{ n: number }[]>(`select count(*)::int as n from ${table}`);
  return row?.n;
};

/** An answer that people can see, of a turn whose end is not recorded until `end` is called. */
async function answeredAndOpen() {
  stage.app.model.respond(() => ({ text: "Thirty days." }));
  const gate = Promise.withResolvers<void>();
  stage.app.sql.hook((name, when) =>
    name === "finish_turn" && when === "before" ? gate.promise : undefined,
  );
  const said = double.say({ channel: "general", user: "ana", text: "how long?", mention: true });
  const answers = () => double.appMessages(said.channel, said.ts);
  await until(() => answers()[0]?.buttons.length === 2);
  const [answer] = answers();
  const [good = "", bad = ""] = answer?.buttons.map(({ actionId }) => actionId) ?? [];
  const at = { channel: said.channel, ts: answer?.ts ?? "" };
  const told = (user: string) =>
    double.ephemerals(said.channel, user, said.ts).map(({ text }) => text);
  return {
    good: (user: string) => double.press({ ...at, user, actionId: good }),
    bad: (user: string) => double.press({ ...at, user, actionId: bad }),
    react: (user: string) => double.react({ ...at, user, name: "+1" }),
    unreact: (user: string) => double.unreact({ ...at, user, name: "+1" }),
    told,
    end: async () => {
      gate.resolve();
      stage.app.sql.hook(undefined);
      await stage.untilAllEnded();
    },
  };
}

it("keeps reactions and presses that come before the turn's end, and a worker counts them after it", async () => {
  const { react, good, bad, told, end } = await answeredAndOpen();
  react("ana");
  await good("ben");
  await bad("cleo");
  await until(() => workspace.modals.length === 1);
  await double.submit({ user: "cleo", values: { why: { text: { value: "sixty" } } } });
  await until(() => told("cleo").length === 1);
  await until(async () => (await count("early_feedback")) === 3);
  expect(await stage.verdicts()).toEqual([]);
  await end();
  // A worker that starts sweeps at once.
  const worker = await stage.app.join();
  await worker.work();
  expect(await stage.verdicts()).toEqual([
    { verdict: "good", name: "ana" },
    { verdict: "good", name: "ben" },
    { verdict: "bad", name: "cleo" },
  ]);
  const [kept] = await stage.app.db
    .em()
    .execute<{ reason: string; succeeded: boolean }[]>(
      "select f.reason, t.succeeded from feedback f join turn t on t.id = f.turn_id where f.verdict = 'bad'",
    );
  expect(kept).toEqual({ reason: "sixty", succeeded: false });
  expect(await count("early_feedback")).toBe(0);
});

it("takes back what was taken back before the end, by the other reaction or a second press", async () => {
  const { react, unreact, good, told, end } = await answeredAndOpen();
  const before = await count("feedback");
  react("ana");
  await good("ben");
  await until(() => told("ben").length === 1);
  await until(async () => (await count("early_feedback")) === 2);
  unreact("ana");
  await good("ben");
  await until(() => told("ben").length === 2);
  expect(told("ben")[1]).toBe("Taken back.");
  await until(async () => (await count("early_feedback")) === 0);
  await end();
  await settleEarlyFeedback(stage.app.scope);
  expect(await count("feedback")).toBe(before);
});

it("lets the newest verdict stand where one comes early and one late", async () => {
  const { good, bad, told, end } = await answeredAndOpen();
  await good("ben");
  await until(() => told("ben").length === 1);
  await end();
  await bad("ben");
  await until(() => workspace.modals.length > 0);
  await settleEarlyFeedback(stage.app.scope);
  await settleEarlyFeedback(stage.app.scope);
  const [last] = await stage.app.db
    .em()
    .execute<object[]>(
      "select verdict from feedback order by created_at desc, turn_id desc limit 1",
    );
  expect(last).toEqual({ verdict: "bad" });
  expect(await count("early_feedback")).toBe(0);
});

it("keeps nothing for long that is said of a message which is no answer", async () => {
  const { end } = await answeredAndOpen();
  const [room] = await stage.app.db
    .em()
    .execute<{ key: string }[]>(
      "select r.key from turn t join conversation c on c.id = t.conversation_id join room r on r.id = c.room_id where t.status = 'running'",
    );
  const judge = () =>
    stage.door.ingress.reaction(
      { roomKey: room?.key ?? "", externalId: "1.0" },
      { person: { externalId: "U0BEN", name: "ben" }, verdict: "good", added: true },
    );
  await judge();
  await settleEarlyFeedback(stage.app.scope);
  expect(await count("early_feedback")).toBe(1);
  await end();
  await settleEarlyFeedback(stage.app.scope);
  expect(await count("early_feedback")).toBe(0);
  await judge();
  expect(await count("early_feedback")).toBe(0);
});
