import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { setFeedbackButtons } from "../../../src/rooms/bind-agent.ts";
import { setApprovers } from "../../../src/turns/approvals/set-approvers.ts";
import { until } from "../../support/until.ts";
import { type AppStage, openAppStage } from "./app-stage.ts";

describe.each(["socket", "http"] as const)("buttons in Slack, over %s", (mode) => {
  let double: AppStage["double"];
  let workspace: AppStage["workspace"];
  let stage: AppStage["stage"];
  let close: AppStage["close"];

  beforeAll(async () => {
    ({ double, workspace, stage, close } = await openAppStage({ mode }));
  });
  afterAll(() => close());
  beforeEach(() => {
    stage.done.length = 0;
  });

  const idOf = (name: string) =>
    [...workspace.people.values()].find((person) => person.name === name)?.id ?? "";
  const press = (where: { channel: string; ts: string }, user: string, actionId: string) =>
    double.press({ ...where, user, actionId });

  /** Asks the poster to publish something; the question with its buttons. */
  async function askToPublish(text = "Hello") {
    stage.publishNext(text);
    const said = double.say({
      channel: "general",
      user: "ana",
      text: "poster publish it",
      mention: true,
    });
    const messages = () => double.appMessages(said.channel, said.ts);
    await until(() => messages().some(({ buttons }) => buttons.length === 2));
    const [question] = messages();
    const [approve, decline] = question?.buttons ?? [];
    return {
      said,
      messages,
      where: { channel: said.channel, ts: question?.ts ?? "" },
      question,
      approve: approve?.actionId ?? "",
      decline: decline?.actionId ?? "",
    };
  }

  it("ask before it happens, naming what would happen; the requester approves it once", async () => {
    const { said, messages, where, question, approve } = await askToPublish();
    expect(question?.text).toContain("May I post “Hello” on the board");
    expect(question?.text).toContain('"text": "Hello"');
    expect(question?.buttons.map(({ text }) => text)).toEqual(["Approve", "Decline"]);
    expect(stage.done).toEqual([]);

    const receipt = await press(where, "ana", approve);
    expect(receipt.acked).toBe(true);
    await until(() => messages().some(({ text }) => text.includes("It is on the board.")));
    await until(() => messages()[0]?.buttons.length === 0);
    expect(stage.done.map(({ text }) => text)).toEqual(["Hello"]);
    expect(messages().map(({ text }) => text)).toEqual([
      "✅ ana approved: post “Hello” on the board (publish)",
      expect.stringContaining("It is on the board."),
    ]);
    expect(double.ephemerals(said.channel, "ana", said.ts)).toEqual([]);
    expect(double.violations).toEqual([]);
  });

  it("refuse others, in words that only they see, and let a listed approver decide", async () => {
    const { said, messages, where, approve, decline } = await askToPublish();
    await press(where, "ben", approve);
    await until(() => double.ephemerals(said.channel, "ben", said.ts).length > 0);
    expect(double.ephemerals(said.channel, "ben", said.ts)).toMatchObject([
      { text: "Only ana can decide this." },
    ]);
    expect(stage.done).toEqual([]);

    const { db, control } = stage.app;
    const scope = { em: db.em(), directory: control.directory };
    await setApprovers(scope, `slack:${workspace.teamId}.${said.channel}:${said.ts}`, {
      people: [{ externalId: idOf("ben"), name: "ben" }],
    });
    await press(where, "cleo", approve);
    await until(() => double.ephemerals(said.channel, "cleo", said.ts).length > 0);
    expect(double.ephemerals(said.channel, "cleo", said.ts).at(-1)?.text).toBe(
      "Only ana, ben can decide this.",
    );
    await press(where, "ben", decline);
    await until(() => messages().some(({ text }) => text.startsWith("🚫 ben declined")));
    await stage.untilAllEnded();
    expect(stage.done).toEqual([]);
  });

  it("tell the slower of two who press at once that it is decided", async () => {
    const { said, messages, where, approve, decline } = await askToPublish();
    await Promise.all([press(where, "ana", approve), press(where, "ana", decline)]);
    await until(() => double.ephemerals(said.channel, "ana", said.ts).length > 0);
    const [told] = double.ephemerals(said.channel, "ana", said.ts);
    expect(told?.text).toMatch(/^ana has already (approved|declined) this\.$/);
    await until(() => messages()[0]?.buttons.length === 0);
    await stage.untilAllEnded();
    expect(stage.done).toHaveLength(told?.text.includes("approved") ? 1 : 0);
  });

  it("are acknowledged at once even while the database is slow", async () => {
    const { messages, where, approve } = await askToPublish();
    const gate = Promise.withResolvers<void>();
    stage.app.sql.hook((name) => (name === "upsert_person" ? gate.promise : undefined));
    // A name that is new to the product makes it look the person up.
    const receipt = await press(where, "cleo", approve);
    expect(receipt.acked).toBe(true);
    gate.resolve();
    stage.app.sql.hook(undefined);
    await press(where, "ana", approve);
    await until(() => messages().some(({ text }) => text.includes("It is on the board.")));
  });

  it("give a verdict on an answer, change it and take it back", async () => {
    stage.app.model.respond(() => ({ text: "Thirty days." }));
    const said = double.say({ channel: "general", user: "ana", text: "how long?", mention: true });
    const answers = () => double.appMessages(said.channel, said.ts);
    await until(() => answers()[0]?.buttons.length === 2);
    await stage.untilAllEnded();
    const where = { channel: said.channel, ts: answers()[0]?.ts ?? "" };
    const [good, bad] = answers()[0]?.buttons.map(({ actionId }) => actionId) ?? [];
    const told = () => double.ephemerals(said.channel, "ben", said.ts).map(({ text }) => text);

    await press(where, "ben", good ?? "");
    await until(() => told().length === 1);
    expect(await stage.verdicts()).toContainEqual({ verdict: "good", name: "ben" });
    await press(where, "ben", bad ?? "");
    await until(() => workspace.modals.length === 1);
    expect(await stage.verdicts()).toContainEqual({ verdict: "bad", name: "ben" });
    await press(where, "ben", bad ?? "");
    await until(() => told().length === 2);
    expect(await stage.verdicts()).not.toContainEqual(expect.objectContaining({ name: "ben" }));
    expect(told()).toEqual(["Thanks, noted as good. Press again to take it back.", "Taken back."]);
    // The verdict changed nothing of the message.
    expect(answers()[0]?.buttons).toHaveLength(2);
  });

  it("that Slack will never take end the turn with the reason, at once", async () => {
    const fault = { kind: "error" as const, error: "is_archived" };
    double.faults.add({ method: "chat.postMessage", fault, times: 100 });
    stage.publishNext("Hello");
    double.say({ channel: "general", user: "ana", text: "poster publish it", mention: true });
    await until(async () => {
      const found = await stage.app.db
        .em()
        .execute("select from turn where status = 'failed' and reason like '%archived%'");
      return found.length === 1;
    });
    double.faults.clear();
    const waiting = await stage.app.db
      .em()
      .execute(
        "select from approval a join turn t on t.id = a.turn_id where t.status = 'failed' and a.status = 'waiting'",
      );
    expect(waiting).toEqual([]);
    expect(stage.done).toEqual([]);
  });

  it("are left out below answers where the channel does not want them", async () => {
    stage.app.model.respond(() => ({ text: "Thirty days." }));
    const quiet = double.addChannel(workspace, `quiet-${mode}`);
    const first = double.say({ channel: quiet.id, user: "ana", text: "one?", mention: true });
    await until(() => double.appMessages(first.channel, first.ts)[0]?.buttons.length === 2);
    const { db, control } = stage.app;
    const key = `slack:${workspace.teamId}.${first.channel}`;
    await control.directory.room(key);
    await setFeedbackButtons({ em: db.em(), directory: control.directory }, key, false);
    const next = double.say({ channel: quiet.id, user: "ana", text: "two?", mention: true });
    await stage.untilAllEnded();
    await until(() => double.appMessages(next.channel, next.ts).length === 1);
    expect(double.appMessages(next.channel, next.ts)[0]?.buttons).toEqual([]);
  });
});
