import { afterEach, beforeEach, expect, test } from "vitest";
import { startSlackDouble, type SlackDouble } from "../support/slack/slack-double.ts";
import { signRequest } from "../support/slack/sign-request.ts";
import { missingFields, slackFixture } from "./same-fields.ts";
import type { Json, Workspace } from "../support/slack/world.ts";

let double: SlackDouble;
let acme: Workspace;

beforeEach(async () => {
  double = await startSlackDouble({ retryDelaysMs: [] });
  acme = double.addWorkspace();
});

afterEach(() => double.close());

type Asked = { ts: string; channel: string };

const ask = (): Asked => double.say({ channel: "general", user: "ana", text: "hi", mention: true });
const at = ({ ts, channel }: Asked) => ({ ts, channel });
const png = { name: "receipt.png", content: "bytes" };

const deeds: Record<string, () => void> = {
  "message-mention": () => ask(),
  "app-mention": () => ask(),
  "message-thread-reply": () => {
    const { ts } = ask();
    double.say({ channel: "general", user: "ben", text: "and?", thread_ts: ts });
  },
  "message-direct": () => double.say({ channel: "dm", user: "ana", text: "hi" }),
  "message-right-to-left": () => double.say({ channel: "general", user: "ana", text: "مرحبا" }),
  "message-changed": () => double.edit({ ...at(ask()), text: `<@${acme.bot.userId}> hello` }),
  "message-unfurled": () => double.unfurl(at(ask())),
  "message-deleted": () => double.remove(at(ask())),
  "message-file-share": () =>
    double.say({ channel: "general", user: "ana", text: "look", files: [png] }),
  "reaction-added": () => double.react({ ...at(ask()), user: "ana", name: "+1" }),
  "reaction-removed": () => {
    const question = at(ask());
    double.react({ ...question, user: "ana", name: "+1" });
    double.unreact({ ...question, user: "ana", name: "+1" });
  },
  "member-joined-channel": () => double.join({ channel: "general" }),
  "app-home-opened": () => double.openHome({ user: "ana" }),
  "assistant-thread-started": () => double.startAssistant({ user: "ana", from: "C1" }),
  "tokens-revoked": () => double.uninstall(acme),
  "app-uninstalled": () => double.uninstall(acme),
};
const kindOf = ({ type, subtype }: Json) => `${String(type)}/${String(subtype)}`;

test.each(Object.entries(deeds))(
  "the double's %s has the fields of a documented one",
  (name, act) => {
    const documented = slackFixture(name);
    const event = documented["event"] as Json;
    act();
    const sent = double.deliveries.map(({ body }) => body);
    const body = sent.findLast((each) => kindOf(each["event"] as Json) === kindOf(event));
    expect(Object.keys(body ?? {}).sort()).toEqual(Object.keys(documented).sort());
    expect(missingFields(event, body?.["event"])).toEqual([]);
    expect(missingFields(body?.["event"], event)).toEqual([]);
  },
);

test("an edit changes words and says who edited; an unfurled link does neither", () => {
  const question = at(ask());
  double.unfurl(question);
  double.edit({ ...question, text: "hello" });
  const [unfurled, edited] = double.deliveries
    .map(({ event }) => event)
    .filter(({ subtype }) => subtype === "message_changed")
    .map(({ message }) => message as Json);
  expect(unfurled?.["edited"]).toBeUndefined();
  expect(edited).toMatchObject({ text: "hello", edited: { user: expect.any(String) } });
});

test("a reaction is given once and taken once", () => {
  const thumb = { ...at(ask()), user: "ana", name: "+1" };
  expect([double.react(thumb), double.react(thumb)]).toEqual([true, false]);
  expect(double.visibleMessages("general")[0]?.reactions).toEqual({ "+1": 1 });
  expect([double.unreact(thumb), double.unreact(thumb)]).toEqual([true, false]);
});

test("a deleted message is gone from view, and the app hears nothing of channels it is not in", () => {
  double.remove(at(ask()));
  expect(double.visibleMessages("general")).toEqual([]);
  const before = double.deliveries.length;
  double.addChannel(acme, "secret", { withApp: false });
  double.say({ channel: "secret", user: "ana", text: "psst", mention: true });
  expect(double.deliveries).toHaveLength(before);
});

test("requests are signed as Slack's documentation shows", () => {
  // The worked example of docs.slack.dev/authentication/verifying-requests-from-slack.
  const body =
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
  expect(signRequest("8f742231b10e8888abcd99yyyzzz85a5", 1_531_420_618, body)).toBe(
    "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
  );
});
