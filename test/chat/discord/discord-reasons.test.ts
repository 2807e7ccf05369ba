import { afterAll, expect, it } from "vitest";
import { until } from "../../support/until.ts";
import { openAppStage } from "./app-stage.ts";

const BAD = "troupe:feedback:bad";
// Two processes with the same token.
const { double, general, ana, stage, close } = await openAppStage({ doors: 2 });
afterAll(close);

const kept = () =>
  stage.app.db.em().execute<object[]>(
    `select f.verdict, f.reason from feedback f where f.withdrawn_at is null
         and f.turn_id = (select t.id from turn t order by t.seq desc limit 1)`,
  );
const end = (id: string) => double.interaction({ id });
/** What the person was told, by the first answer itself or after it. */
const told = (id: string) => {
  const { answeredWith, original, followUps } = end(id);
  return [...(answeredWith === 4 && original ? [original] : []), ...followUps];
};
const words = (id: string) => told(id).map(({ content }) => content);

/** An answer in a thread of its own, and what Ana can do with it. */
async function answered() {
  stage.app.model.respond(() => ({ text: "Thirty days." }));
  const said = double.say({ channel: general, user: ana, text: "?", mentions: [double.botId] });
  const answer = () => {
    try {
      return double
        .visibleMessages({ channel: said.id })
        .find(({ content, components }) => content !== "" && (components?.length ?? 0) > 0);
    } catch {
      return undefined;
    }
  };
  await until(() => answer() !== undefined);
  await stage.untilAllEnded();
  const where = { channel: said.id, user: ana };
  const message = answer()?.id ?? "";
  return {
    press: (customId = BAD, on = message) =>
      double.interact({ type: "button", ...where, message: on, customId }).id,
    send: (shownBy: string, reason: string) =>
      double.interact({ type: "modal", ...where, shownBy, fields: { reason } }).id,
    message,
  };
}

it("shows the form as the first answer to a 👎 that is stored, and keeps what is written", async () => {
  const { press, send } = await answered();
  const pressed = press();
  await until(() => end(pressed).answeredWith === 9);
  expect(await kept()).toEqual([{ verdict: "bad", reason: null }]);
  const sent = send(pressed, " It is sixty. ");
  await until(() => words(sent).length === 1);
  expect(words(sent)).toEqual(["Thanks, that helps."]);
  expect(end(sent)).toMatchObject({ answeredWith: 4, ephemeral: true, followUps: [] });
  expect(await kept()).toEqual([{ verdict: "bad", reason: "It is sixty." }]);
  expect(double.violations).toEqual([]);
});

it("leaves the plain verdict without words, and takes it back without a form", async () => {
  const { press, send } = await answered();
  const pressed = press();
  await until(() => end(pressed).answeredWith === 9);
  const sent = send(pressed, "");
  await until(() => end(sent).answeredWith === 6);
  expect(await kept()).toEqual([{ verdict: "bad", reason: null }]);
  const again = press();
  await until(() => words(again).length === 1);
  expect(words(again)).toEqual(["Taken back."]);
  expect(end(again)).toMatchObject({ answeredWith: 4, ephemeral: true, modal: undefined });
  expect(await kept()).toEqual([]);
});

it("is acknowledged in time while the database is slow, and offers the form by a button", async () => {
  const { press, send } = await answered();
  const gate = Promise.withResolvers<void>();
  stage.app.sql.hook((name) => (name === "settle_feedback_click" ? gate.promise : undefined));
  const pressed = press();
  // Both processes are late with it, and one of them is told that the other was first.
  await until(() => end(pressed).answeredWith === 6 && end(pressed).refusals.length === 1);
  gate.resolve();
  stage.app.sql.hook(undefined);
  await until(() => words(pressed).length === 1);
  expect(await kept()).toEqual([{ verdict: "bad", reason: null }]);
  const [offered] = end(pressed).followUps;
  const [row] = offered?.components ?? [];
  const [button] = row && "components" in row ? row.components : [];
  const why = press(button && "custom_id" in button ? button.custom_id : "", offered?.id);
  await until(() => end(why).answeredWith === 9);
  const sent = send(why, "too slow");
  await until(() => words(sent).length === 1);
  expect(await kept()).toEqual([{ verdict: "bad", reason: "too slow" }]);
  expect(words(pressed)).toHaveLength(1);
});
