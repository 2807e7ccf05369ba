import { afterAll, expect, it } from "vitest";
import { until } from "../../support/until.ts";
import { openAppStage } from "./app-stage.ts";

const { double, guild, general, ana, stage, close } = await openAppStage();
afterAll(close);

const toldInPrivate = () =>
  double
    .visibleMessages({ channel: double.openDm({ user: ana }).id })
    .map(({ content }) => content);

it("whoever asked where the bot may not write is told so in private", async () => {
  stage.app.model.respond(() => ({ text: "Thirty days." }));
  const right = "SEND_MESSAGES_IN_THREADS";
  double.setOverwrite({ channel: general, id: guild.botRoleId, deny: [right] });
  double.say({ channel: general, user: ana, text: "how long?", mentions: [double.botId] });
  await until(() => toldInPrivate().length > 0);
  await stage.untilAllEnded();
  expect(toldInPrivate()).toEqual([
    expect.stringMatching(/^I could not answer .*how long.* there\. .*Send Messages in Threads/),
  ]);
  const [turn] = await stage.app.db
    .em()
    .execute<object[]>("select status, reason from turn order by seq desc limit 1");
  const reason = expect.stringContaining("Send Messages in Threads");
  expect(turn).toMatchObject({ status: "failed", reason });
});
