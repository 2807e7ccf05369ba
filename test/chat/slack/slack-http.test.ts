import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { createHttpTransport } from "../../support/slack/http-transport.ts";
import { type DoorStage, openDoorStage } from "./door-stage.ts";

type Direct = ReturnType<typeof createHttpTransport>;

describe("the Slack door's request URL", () => {
  let stage: DoorStage;
  let direct: Direct;
  let body: string;

  beforeEach(async () => {
    stage = await openDoorStage({ mode: "http" });
    direct = stage.double.deliverTo(stage.requestUrl());
    stage.double.say({ channel: "dm", user: "ana", text: "stored" });
    await stage.double.settled();
    const [delivery] = stage.double.deliveries;
    const event = { ...delivery?.event, ts: "1731583511.412919", text: "forged" };
    body = JSON.stringify({ ...delivery?.body, event, event_id: "Ev0NEW" });
  });

  afterEach(() => stage.close());

  const texts = () => stage.ingress.messages().map(({ text }) => text);

  it.each(["none", "wrong", "stale", "future"] as const)(
    "refuses a request whose signature is %s, and stores nothing",
    async (signature) => {
      expect(await direct.sendRaw({ body, signature })).toEqual({ status: 401, text: "" });
      expect(texts()).toEqual(["stored"]);
      expect(await direct.sendRaw({ body })).toMatchObject({ status: 200 });
      expect(texts()).toEqual(["stored", "forged"]);
    },
  );

  it("refuses a body that was changed on the way, and a signature that is none", async () => {
    for (const headers of [
      { "x-slack-signature": "v0=" },
      { "x-slack-signature": "" },
      { "x-slack-request-timestamp": "tomorrow" },
      { "x-slack-request-timestamp": `${Math.floor(Date.now() / 1000) - 1}` },
    ]) {
      expect(await direct.sendRaw({ body, headers })).toMatchObject({ status: 401 });
    }
    expect(texts()).toEqual(["stored"]);
  });

  it("answers Slack's check of the URL", async () => {
    expect(await stage.double.verifyUrl(stage.requestUrl())).toBe(true);
  });

  it.each(["{", "null", '"text"', ""])(
    "tells Slack to keep a signed body that is no object: %j",
    async (malformed) => {
      expect(await direct.sendRaw({ body: malformed })).toMatchObject({ status: 400 });
    },
  );

  it("answers signed requests of unknown kinds at once", async () => {
    for (const unknown of [
      "{}",
      '{"type":"some_future_kind"}',
      '{"type":"event_callback"}',
      "[]",
    ]) {
      expect(await direct.sendRaw({ body: unknown })).toMatchObject({ status: 200 });
    }
    const contentType = "application/x-www-form-urlencoded";
    expect(await direct.sendRaw({ body: "ssl_check=1", contentType })).toMatchObject({
      status: 200,
    });
  });

  it("refuses a body that is too large, and other methods", async () => {
    const large = "x".repeat(3 * 1024 * 1024);
    expect(await direct.sendRaw({ body: large })).toMatchObject({ status: 413 });
    expect((await fetch(stage.requestUrl())).status).toBe(405);
  });

  it("asks for an event again that it could not store", async () => {
    stage.ingress.fail(1);
    expect(await direct.sendRaw({ body })).toEqual({ status: 503, text: "" });
    expect(await direct.sendRaw({ body })).toEqual({ status: 200, text: "" });
    expect(texts()).toEqual(["stored", "forged"]);
  });

  it("acknowledges commands and buttons that it does not know", async () => {
    const typed = { channel: "general", user: "ana", command: "/dance" };
    expect(await stage.double.command(typed)).toMatchObject({ acked: true, response: undefined });
    await stage.double.until("told", () => stage.double.ephemerals("general", "ana").length > 0);
    expect(stage.double.ephemerals("general", "ana")[0]?.text).toContain("no /dance");
    expect(stage.desk.calls).toEqual([]);
    const suggestion = { channel: "general", user: "ana", actionId: "pick", value: "x" };
    expect(await stage.double.suggest(suggestion)).toMatchObject({ acked: true });
  });

  it("does not open without a signing secret", async () => {
    await expect(stage.open(stage.ingress, { signingSecret: "" })).rejects.toMatchObject({
      code: "INVALID",
    });
  });
});
