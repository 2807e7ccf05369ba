import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DoorStage, openDoorStage } from "./door-stage.ts";

describe("the Slack door's sockets", () => {
  let stage: DoorStage;

  beforeEach(async () => {
    stage = await openDoorStage({
      double: { pingIntervalMs: 50, ackTimeoutMs: 2000 },
      pingTimeoutsMs: [60, 100],
    });
  });

  afterEach(() => stage.close());

  /** With sockets that are not given up, and events that do not come again, while the machine is busy. */
  const reopen = async () => {
    await stage.close();
    stage = await openDoorStage({ pingTimeoutsMs: [2500, 2500] });
  };
  const say = (text: string) => stage.double.say({ channel: "dm", user: "ana", text });
  const texts = () =>
    stage.ingress
      .messages()
      .map(({ text }) => text)
      .toSorted();
  const isOpen = (count: number) => () => stage.double.sockets.openCount() === count;

  it("are two, and two again after each of them was refreshed", async () => {
    const { sockets } = stage.double;
    await stage.double.until("both to be open", isOpen(2));
    for (const { id } of sockets.connections.slice()) sockets.disconnect("refresh_requested", id);
    await stage.double.until("both to be back", isOpen(2));
    say("back");
    await stage.double.settled();
    expect(texts()).toEqual(["back"]);
  });

  it("miss nothing while one of them is refreshed", async () => {
    await reopen();
    const { sockets } = stage.double;
    const [first] = sockets.connections;
    sockets.disconnect("refresh_requested", first?.id ?? "");
    for (let i = 0; i < 10; i++) say(`${i}`);
    await stage.double.settled();
    expect(texts()).toEqual(Array.from({ length: 10 }, (_, i) => `${i}`));
    expect(stage.double.deliveries.map(({ attempts }) => attempts.length)).toEqual(
      Array.from({ length: 10 }, () => 1),
    );
  });

  it.each([false, true])(
    "come back after they broke, in the middle of a frame: %s",
    async (midFrame) => {
      stage.double.sockets.drop({ midFrame });
      await stage.double.until("both to be back", isOpen(2));
      say("back");
      await stage.double.settled();
      expect(texts()).toEqual(["back"]);
    },
  );

  it("lose no event whose acknowledgement broke with the socket", async () => {
    const release = stage.ingress.hold();
    say("once");
    await stage.double.until("the event", () => stage.ingress.calls() === 1);
    stage.double.sockets.drop();
    release();
    await stage.double.until("both to be back", isOpen(2));
    for (const { eventId } of stage.double.deliveries) await stage.double.redeliver(eventId);
    await stage.double.settled();
    expect(texts()).toEqual(["once"]);
  });

  it("keep trying while Slack is away", async () => {
    const fault = { kind: "http" as const, status: 503 };
    stage.double.faults.add({ method: "apps.connections.open", fault, times: 3 });
    stage.double.sockets.drop();
    await stage.double.until("both to be back", isOpen(2));
    expect(stage.double.sockets.openCount()).toBe(2);
  });

  it("survive an envelope that the SDK cannot read", async () => {
    const [delivery] = [say("first")].map(() => stage.double.deliveries[0]);
    await stage.double.settled();
    const body = delivery?.body as { event?: unknown };
    const { event } = body;
    delete body.event;
    await expect(stage.double.redeliver(delivery?.eventId ?? "")).resolves.toMatchObject({
      acked: false,
    });
    body.event = event;
    say("second");
    await stage.double.settled();
    expect(texts()).toEqual(["first", "second"]);
  });

  it("are closed for good, also while they reconnect", async () => {
    stage.double.sockets.drop();
    await stage.door.close();
    await stage.double.until("none to be left", isOpen(0));
    await reopen();
    await stage.door.close();
    await stage.double.until("none to be left", isOpen(0));
    const opened = stage.double.sockets.connections.length;
    const again = await stage.open();
    await again.close();
    await stage.double.until("none to be left", isOpen(0));
    expect(stage.double.sockets.connections.length).toBe(opened + 2);
  });

  it("are closed after what is under way has ended", async () => {
    await reopen();
    const release = stage.ingress.hold();
    say("under way");
    await stage.double.until("the event", () => stage.ingress.calls() === 1);
    const closing = stage.door.close();
    expect(stage.double.sockets.openCount()).toBe(2);
    release();
    await closing;
    await stage.double.settled();
    expect(stage.double.deliveries).toMatchObject([{ attempts: [{ acked: true }] }]);
    await stage.double.until("none to be left", isOpen(0));
  });

  it("are not opened with an app token that Slack refuses", async () => {
    const fault = { kind: "error" as const, error: "invalid_auth" };
    stage.double.faults.add({ method: "apps.connections.open", fault });
    await expect(stage.open()).rejects.toMatchObject({
      code: "FORBIDDEN",
      message: expect.stringContaining("SLACK_APP_TOKEN"),
    });
  });

  it("acknowledge commands that nobody knows", async () => {
    await reopen();
    const typed = { channel: "general", user: "ana", command: "/dance" };
    expect(await stage.double.command(typed)).toMatchObject({ acked: true });
    await stage.double.until("told", () => stage.double.ephemerals("general", "ana").length > 0);
    expect(stage.double.ephemerals("general", "ana")[0]?.text).toContain("no /dance");
  });
});
