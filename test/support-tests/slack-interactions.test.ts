import type { App, types } from "@slack/bolt";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startSlackDouble, type SlackDouble } from "../support/slack/slack-double.ts";
import { startSocketApp } from "./bolt-app.ts";

let double: SlackDouble;
let started: Awaited<ReturnType<typeof startSocketApp>>;
let app: App;

const button = { type: "button", text: { type: "plain_text", text: "Approve" } } as const;
const approve = {
  type: "actions",
  block_id: "approval",
  elements: [{ ...button, action_id: "approve", value: "42" }],
} as const;
const modal: types.ModalView = {
  type: "modal",
  callback_id: "why",
  title: { type: "plain_text", text: "Why?" },
  submit: { type: "plain_text", text: "Send" },
  blocks: [
    {
      type: "input",
      block_id: "reason",
      label: { type: "plain_text", text: "Reason" },
      element: { type: "plain_text_input", action_id: "text" },
    },
  ],
};

beforeEach(async () => {
  double = await startSlackDouble({ ackTimeoutMs: 30_000 });
  double.addWorkspace();
  started = await startSocketApp(double, () => {});
  app = started.app;
});

afterEach(async () => {
  await started.stop();
  await double.close();
});

function generalId(): string {
  const [workspace] = double.world.workspaces.values();
  const channels = [...(workspace?.channels.values() ?? [])];
  return channels.find(({ name }) => name === "general")?.id ?? "";
}

test("a pressed button tells who pressed what on which message, and its message can be replaced", async () => {
  const pressed: unknown[] = [];
  app.action("approve", async ({ ack, body, action, respond }) => {
    await ack();
    pressed.push([body.user.name, (action as { value: string }).value]);
    await respond({ replace_original: true, text: "Approved by ana" });
  });
  const channel = generalId();
  const { ts } = await app.client.chat.postMessage({
    channel,
    text: "Send it?",
    blocks: [approve],
  });
  expect(double.visibleMessages("general")[0]?.buttons).toMatchObject([{ text: "Approve" }]);
  const receipt = await double.press({ channel, ts: ts ?? "", user: "ana", actionId: "approve" });
  expect(receipt).toMatchObject({ acked: true });
  await double.until("replaced", () => double.visibleMessages("general")[0]?.edited === true);
  expect(pressed).toEqual([["ana", "42"]]);
  expect(double.visibleMessages("general")).toMatchObject([
    { text: "Approved by ana", buttons: [] },
  ]);
});

test("an ephemeral message is seen by one person, can be pressed and taken away", async () => {
  app.action("approve", async ({ ack, respond }) => {
    await ack();
    await respond({ delete_original: true });
  });
  const channel = generalId();
  const [workspace] = double.world.workspaces.values();
  const ana = [...(workspace?.people.values() ?? [])].find(({ name }) => name === "ana")?.id ?? "";
  await app.client.chat.postEphemeral({ channel, user: ana, text: "Sure?", blocks: [approve] });
  const [shown] = double.ephemerals(channel, "ana");
  expect(double.visibleMessages(channel)).toEqual([]);
  expect(double.ephemerals(channel, "ben")).toEqual([]);
  await double.press({ channel, ts: shown?.ts ?? "", user: "ana", actionId: "approve" });
  await double.until("gone", () => double.ephemerals(channel, "ana").length === 0);
});

test("a modal opens with a fresh trigger once, is refused with errors, and closes when accepted", async () => {
  const seen: unknown[] = [];
  let again: string | undefined;
  app.command("/feedback", async ({ ack, client, body }) => {
    await ack();
    await client.views.open({ trigger_id: body.trigger_id, view: modal });
    again = await client.views
      .open({ trigger_id: body.trigger_id, view: modal })
      .then(() => "opened twice")
      .catch((error: { data: { error: string } }) => error.data.error);
  });
  app.view("why", async ({ ack, view }) => {
    const text = view.state.values["reason"]?.["text"]?.value;
    seen.push(text);
    if (text === "no") await ack({ response_action: "errors", errors: { reason: "Say more" } });
    else await ack();
  });
  await double.command({ channel: "general", user: "ana", command: "/feedback" });
  await double.until("the second was refused", () => again !== undefined);
  expect(again).toBe("exchanged_trigger_id");
  const values = (value: string) => ({ reason: { text: { type: "plain_text_input", value } } });
  const refused = await double.submit({ user: "ana", values: values("no") });
  expect(refused).toMatchObject({ response: { errors: { reason: "Say more" } } });
  await double.submit({ user: "ana", values: values("because") });
  expect(seen).toEqual(["no", "because"]);
  await expect(double.submit({ user: "ana", values: {} })).rejects.toThrow("sees no modal");
});

test("a menu with external options asks the app for them", async () => {
  const option = { text: { type: "plain_text", text: "Sage" }, value: "sage" } as const;
  app.options("agent", async ({ ack, payload }) => {
    await ack({ options: payload.value === "sa" ? [option] : [] });
  });
  const receipt = await double.suggest({
    channel: "general",
    user: "ana",
    actionId: "agent",
    value: "sa",
  });
  expect(receipt).toMatchObject({ acked: true, response: { options: [{ value: "sage" }] } });
});

test("a person who opens the home tab gets the view that the app publishes", async () => {
  app.event("app_home_opened", async ({ event, client }) => {
    const text = { type: "mrkdwn", text: "Welcome" } as const;
    await client.views.publish({
      user_id: event.user,
      view: { type: "home", blocks: [{ type: "section", text }] },
    });
  });
  double.openHome({ user: "ana" });
  const [workspace] = double.world.workspaces.values();
  if (workspace === undefined) throw new Error("no workspace");
  await double.until("a home", () => double.home(workspace, "ana") !== undefined);
  expect(double.home(workspace, "ana")).toMatchObject({ type: "home" });
});
