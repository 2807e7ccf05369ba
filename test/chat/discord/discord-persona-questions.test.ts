import { expect, onTestFinished, test } from "vitest";
import { newId } from "../../../src/base/ids.ts";
import { openDiscordStage, type PlaceKind } from "./discord-stage.ts";

const EXECUTE = { method: "POST", path: "/webhooks/:webhook/:token" } as const;
const QUESTION = "**May I post “Hello”?** This needs approval.";
const OUTCOME = "✅ Ana approved: post “Hello”";

async function open(kind: PlaceKind) {
  const stage = await openDiscordStage(kind, { requestTimeoutMs: 500 });
  onTestFinished(() => stage.close());
  const { double } = stage;
  const address = { ...stage.ask("?"), persona: true };
  const shown = () =>
    double
      .visibleMessages({ channel: address.thread ?? address.channel })
      .filter(
        ({ authorId, viaWebhook, system }) => (authorId === double.botId || viaWebhook) && !system,
      );
  const ask = (id: string, resumed = false) =>
    stage.connect().ask(address, id, { question: QUESTION, resumed });
  const deny = (right: "MANAGE_WEBHOOKS") =>
    double.setOverwrite({ channel: stage.general, id: stage.guild.botRoleId, deny: [right] });
  async function deleteWebhooks(): Promise<void> {
    const headers = { Authorization: `Bot ${double.token}` };
    const listed = await fetch(`${double.api}/v10/channels/${stage.general}/webhooks`, { headers });
    for (const { id } of (await listed.json()) as { id: string }[]) {
      await fetch(`${double.api}/v10/webhooks/${id}`, { method: "DELETE", headers });
    }
  }
  return { ...stage, address, shown, ask, deny, deleteWebhooks };
}

for (const kind of ["thread", "channel"] as const) {
  test(`a persona asks under its own name, and its question is closed in place (${kind})`, async () => {
    const { ask, shown, connect, address, ana, double } = await open(kind);
    const id = newId();
    const message = await ask(id);
    expect(shown()).toMatchObject([
      { id: message, author: "Sage", viaWebhook: true, pinged: [ana] },
    ]);
    expect(JSON.stringify(shown()[0]?.components)).toContain(`troupe:approve:${id}`);
    for (const platform of [connect(), connect()]) {
      await platform.closeQuestion(address, message, OUTCOME);
    }
    expect(shown()).toMatchObject([{ id: message, author: "Sage", content: OUTCOME }]);
    expect(shown()[0]?.components).toEqual([]);
    expect(double.violations).toEqual([]);
  });

  test(`a lost answer to a persona's question doubles nothing (${kind})`, async () => {
    const { ask, shown, double } = await open(kind);
    await ask(newId());
    double.faults.add({ ...EXECUTE, kind: "lostResponse", how: "reset" });
    const message = await ask(newId());
    expect(shown()).toHaveLength(2);
    expect(shown()[1]?.id).toBe(message);
  });

  test(`a persona's question asked before a crash is not asked again (${kind})`, async () => {
    const { ask, shown } = await open(kind);
    const id = newId();
    const first = await ask(id);
    const other = await ask(newId());
    expect(await ask(id, true)).toBe(first);
    expect(shown().map((each) => each.id)).toEqual([first, other]);
  });

  test(`a persona's question that a crash kept from being asked is asked then (${kind})`, async () => {
    const { ask, shown } = await open(kind);
    const message = await ask(newId(), true);
    expect(shown().map(({ id }) => id)).toEqual([message]);
  });
}

test("without the right to manage webhooks the bot asks, and closes what it asked", async () => {
  const { ask, shown, deny, connect, address, double } = await open("thread");
  deny("MANAGE_WEBHOOKS");
  const message = await ask(newId());
  expect(shown()).toMatchObject([{ authorId: double.botId, viaWebhook: false }]);
  await connect().closeQuestion(address, message, OUTCOME);
  expect(shown()[0]?.content).toBe(OUTCOME);
});

test("a question is left alone whose message or webhook is gone", async () => {
  const { ask, shown, deny, connect, address, general, double, deleteWebhooks } =
    await open("channel");
  const [removed, orphan] = [await ask(newId()), await ask(newId())];
  double.remove({ channel: general, messages: [removed] });
  await connect().closeQuestion(address, removed, OUTCOME);
  await deleteWebhooks();
  await connect().closeQuestion(address, orphan, OUTCOME);
  deny("MANAGE_WEBHOOKS");
  await connect().closeQuestion(address, orphan, OUTCOME);
  expect(shown()).toMatchObject([{ id: orphan, content: expect.stringContaining("May I") }]);
});

test("in private the bot asks itself", async () => {
  const { ask, shown } = await open("direct");
  await ask(newId());
  expect(shown()).toMatchObject([{ viaWebhook: false }]);
});
