import { afterAll, expect, it } from "vitest";
import { until } from "../../support/until.ts";
import { openAppStage } from "./app-stage.ts";

const { double, workspace, stage, close } = await openAppStage();
afterAll(close);

const forms = () => workspace.modals;
const kept = () =>
  stage.app.db.em().execute<
    object[]
  >(`select p.name, f.verdict, f.reason from feedback f join person p on p.id = f.person_id
       where f.withdrawn_at is null and f.turn_id = (select t.id from turn t order by t.seq desc limit 1)
       order by p.name`);

/** An answer with its buttons, and what Ben can do with it. */
async function answered() {
  stage.app.model.respond(() => ({ text: "Thirty days." }));
  const said = double.say({ channel: "general", user: "ana", text: "how long?", mention: true });
  const answers = () => double.appMessages(said.channel, said.ts);
  await until(() => answers()[0]?.buttons.length === 2);
  await stage.untilAllEnded();
  const [answer] = answers();
  const [, bad] = answer?.buttons ?? [];
  const where = { channel: said.channel, ts: answer?.ts ?? "", user: "ben" };
  const told = () => double.ephemerals(said.channel, "ben", said.ts);
  return {
    told,
    pressBad: () => double.press({ ...where, actionId: bad?.actionId ?? "" }),
    send: (text: string, from = {}) =>
      double.submit({ user: "ben", values: { why: { text: { value: text } } }, ...from }),
    /** Ana thinks badly of it too. */
    react: () => double.react({ ...where, user: "ana", name: "-1" }),
  };
}

it("asks why an answer is bad, and keeps what is written as the presser's own reason", async () => {
  const { told, pressBad, send, react } = await answered();
  react();
  await until(async () => (await kept()).length === 1);
  expect((await pressBad()).acked).toBe(true);
  await until(() => forms().length === 1);
  // Stored before anything is written.
  expect(await kept()).toContainEqual({ name: "ben", verdict: "bad", reason: null });
  expect(told()).toEqual([]);
  expect((await send("  It is <b>sixty</b> days. ")).acked).toBe(true);
  await until(() => told().length === 1);
  expect(told()[0]?.text).toBe("Thanks, that helps.");
  expect(await kept()).toEqual([
    { name: "ana", verdict: "bad", reason: null },
    { name: "ben", verdict: "bad", reason: "It is <b>sixty</b> days." },
  ]);
  expect(forms()).toEqual([]);
  expect(double.violations).toEqual([]);
});

it("leaves the plain verdict where the form comes back empty, and asks nothing when it is taken back", async () => {
  const { told, pressBad, send } = await answered();
  await pressBad();
  await until(() => forms().length === 1);
  await send("   ");
  expect(await kept()).toEqual([{ name: "ben", verdict: "bad", reason: null }]);
  await pressBad();
  await until(() => told().length === 1);
  expect(told().map(({ text }) => text)).toEqual(["Taken back."]);
  expect(forms()).toEqual([]);
  expect(await kept()).toEqual([]);
});

it("keeps what somebody of another workspace writes in a channel that both share", async () => {
  const { told, pressBad, send } = await answered();
  await pressBad();
  await until(() => forms().length === 1);
  await send("It is sixty days.", { home: "T0ELSEWHERE" });
  await until(() => told().length === 1);
  expect(await kept()).toEqual([{ name: "ben", verdict: "bad", reason: "It is sixty days." }]);
});

it("counts a press that comes again once, with one form", async () => {
  const { told, pressBad, send } = await answered();
  await pressBad();
  await until(() => forms().length === 1);
  const opened = double.callsOf("views.open").length;
  await double.sendAgain();
  await until(() => double.callsOf("views.open").length === opened + 1);
  expect(forms()).toHaveLength(1);
  expect(await kept()).toEqual([{ name: "ben", verdict: "bad", reason: null }]);
  await send("wrong");
  await until(() => told().length === 1);
  await double.sendAgain();
  await until(() => told().length === 2);
  expect(await kept()).toEqual([{ name: "ben", verdict: "bad", reason: "wrong" }]);
});

it("stores no reason for a verdict that was taken back while the form was open", async () => {
  const { told, pressBad, send } = await answered();
  await pressBad();
  await until(() => forms().length === 1);
  await pressBad();
  await until(() => told().length === 1);
  await send("wrong");
  await until(() => told().length === 2);
  expect(told()[1]?.text).toContain("taken back meanwhile");
  expect(await kept()).toEqual([]);
});

it("offers the form by a button where the database was too slow for Slack to open it", async () => {
  const { told, pressBad, send } = await answered();
  const gate = Promise.withResolvers<void>();
  stage.app.sql.hook((name) => (name === "settle_feedback_click" ? gate.promise : undefined));
  expect((await pressBad()).acked).toBe(true);
  double.faults.add({
    method: "views.open",
    fault: { kind: "error", error: "expired_trigger_id" },
  });
  gate.resolve();
  stage.app.sql.hook(undefined);
  await until(() => told().length === 1);
  expect(told()[0]?.text).toBe("Thanks, noted as bad. Press again to take it back.");
  expect(await kept()).toEqual([{ name: "ben", verdict: "bad", reason: null }]);
  const { ts = "", buttons = [] } = told()[0] ?? {};
  await double.press({ channel: "general", ts, user: "ben", actionId: buttons[0]?.actionId ?? "" });
  await until(() => forms().length === 1);
  await send("too slow");
  await until(() => told().length === 2);
  expect(await kept()).toEqual([{ name: "ben", verdict: "bad", reason: "too slow" }]);
});
