import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSlackApi, type SlackApi } from "../../../src/chat/slack/api/slack-api.ts";
import { startSlackDouble, type SlackDouble } from "../../support/slack/slack-double.ts";

describe("a call of Slack", () => {
  let double: SlackDouble;
  let api: SlackApi;

  beforeAll(async () => {
    double = await startSlackDouble();
    const { token } = double.addWorkspace();
    api = createSlackApi({ botToken: token, apiUrl: double.apiUrl });
  });
  afterAll(() => double.close());

  it.each([
    ["30", 30_000],
    [" 2 ", 2000],
    ["0", 1000],
    ["-5", 1000],
    ["86400", 180_000],
    ["99999999999", 180_000],
    ["Wed, 21 Oct 2099 07:28:00 GMT", 5000],
    ["soon", 5000],
    ["", 5000],
  ])("that is refused for a while, with Retry-After %j, waits %d ms", async (header, ms) => {
    const fault = { kind: "rate-limit" as const, retryAfterSeconds: header };
    double.faults.add({ method: "auth.test", fault });
    expect(await api("auth.test", {})).toEqual({ kind: "limited", retryAfterMs: ms });
  });
});
