import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setAgentStatus } from "../../../src/agents/update-agent.ts";
import { bindAgent } from "../../../src/rooms/bind-agent.ts";
import { until } from "../../support/until.ts";
import { type AppStage, openAppStage } from "./app-stage.ts";

describe("an agent in Slack that cannot answer", () => {
  let double: AppStage["double"];
  let workspace: AppStage["workspace"];
  let stage: AppStage["stage"];
  let close: AppStage["close"];

  beforeAll(async () => {
    ({ double, workspace, stage, close } = await openAppStage({ mode: "socket" }));
    await setAgentStatus({ em: stage.app.db.em() }, "poster", "paused");
  });
  afterAll(() => close());

  const ask = (channel: string) =>
    double.say({ channel, user: "ana", text: "poster, are you there?", mention: channel !== "dm" });

  it("tells the asker alone, where it is seen: a thread that nobody has begun shows nothing", async () => {
    const { channel, ts } = ask("general");
    await until(() => double.ephemerals(channel, "ana").length === 1);
    const [told] = double.ephemerals(channel, "ana");
    expect(told?.text).toBe("Poster is paused at the moment. An operator can resume it.");
    expect(told?.threadTs).toBeUndefined();
    expect(double.ephemerals(channel, "ben")).toEqual([]);
    await stage.untilAllEnded();
    expect(double.appMessages(channel, ts)).toEqual([]);
    expect(double.violations).toEqual([]);
  });

  it("says that it was sent out of the room, and how it comes back", async () => {
    const { em, directory } = stage.app.control;
    double.addChannel(workspace, "lounge");
    const first = double.say({
      channel: "lounge",
      user: "ana",
      text: "sage, hello",
      mention: true,
    });
    await stage.untilAllEnded();
    const place = `slack:${workspace.teamId}.${first.channel}`;
    await directory.room(place);
    await bindAgent({ em: em(), directory }, place, { slug: "sage", mode: "off" });
    const { channel } = double.say({ channel: "lounge", user: "ana", text: "hi", mention: true });
    await until(() => double.ephemerals(channel, "ana").length === 1);
    expect(double.ephemerals(channel, "ana")[0]?.text).toBe(
      "Sage is switched off in this room: `/agent invite sage` turns it on.",
    );
    const eventIds = double.deliveries.map(({ eventId }) => eventId);
    for (const eventId of eventIds) await double.redeliver(eventId);
    await stage.untilAllEnded();
    expect(double.ephemerals(channel, "ana")).toHaveLength(1);
  });

  it("says so openly in private, where nobody else is", async () => {
    const { channel } = ask("dm");
    await until(() => double.appMessages(channel).length === 1);
    expect(double.appMessages(channel)[0]).toMatchObject({
      text: expect.stringContaining("Poster is paused"),
      buttons: [],
    });
  });
});
