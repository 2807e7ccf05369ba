import { expect, onTestFinished, test } from "vitest";
import { newId } from "../../../src/base/ids.ts";
import type { DiscordDouble } from "../../support/discord/discord-double.ts";
import { openDiscordStage, type PlaceKind } from "./discord-stage.ts";

const NEW = { resumed: false };
const RESUMED = { resumed: true };
const EXECUTE = { method: "POST", path: "/webhooks/:webhook/:token" } as const;

async function open(kind: PlaceKind) {
  const stage = await openDiscordStage(kind);
  onTestFinished(() => stage.close());
  const { double } = stage;
  const ask = (name = "Sage") => ({
    ...stage.ask("?"),
    persona: true,
    agent: { slug: name.toLowerCase(), name },
  });
  const shown = (where: { thread?: string; channel: string }) =>
    double
      .visibleMessages({ channel: where.thread ?? where.channel })
      .filter(
        ({ authorId, viaWebhook, system }) => (authorId === double.botId || viaWebhook) && !system,
      );
  const deny = (right: "MANAGE_WEBHOOKS") =>
    double.setOverwrite({ channel: stage.general, id: stage.guild.botRoleId, deny: [right] });
  const webhooksMade = () =>
    double.requests.filter(
      ({ method, route }) => method === "POST" && route === "/channels/:channel/webhooks",
    );
  return { ...stage, ask, shown, deny, webhooksMade };
}

for (const kind of ["thread", "channel"] as const) {
  test(`agents that share a room speak under their own names (${kind})`, async () => {
    const { ask, connect, shown, webhooksMade, ana, double } = await open(kind);
    const [sage, rex] = [ask("Sage"), ask("Rex")];
    const platform = connect();
    await platform.openReply(sage, newId(), NEW).finish("Thirty days.");
    await platform.openReply(rex, newId(), NEW).finish("I disagree.");
    const all = kind === "thread" ? [...shown(sage), ...shown(rex)] : shown(sage);
    expect(all).toMatchObject([
      { author: "Sage", viaWebhook: true, content: `<@${ana}> Thirty days.`, pinged: [ana] },
      { author: "Rex", viaWebhook: true, content: `<@${ana}> I disagree.`, pingedEveryone: false },
    ]);
    expect(webhooksMade()).toHaveLength(1);
    expect(double.violations).toEqual([]);
  });

  test(`a lost answer to a persona's words doubles nothing (${kind})`, async () => {
    const { ask, connect, shown, double } = await open(kind);
    const address = ask();
    const platform = connect();
    await platform.openReply(ask("Rex"), newId(), NEW).finish("warm");
    double.faults.add({ ...EXECUTE, kind: "lostResponse", how: "reset" });
    const ids = await platform.openReply(address, newId(), NEW).finish("Thirty days.");
    const own = shown(address).filter(({ author }) => author === "Sage");
    expect(own.map(({ id }) => id)).toEqual(ids);
    expect(own).toHaveLength(1);
  });

  test(`a crash between posting and recording doubles no persona's reply (${kind})`, async () => {
    const { ask, connect, shown } = await open(kind);
    const [address, id] = [ask(), newId()];
    const long = Array.from({ length: 700 }, (_, i) => `word${i}`).join(" ");
    const first = await connect().openReply(address, id, NEW).finish(long);
    expect(first.length).toBeGreaterThan(1);
    expect(await connect().openReply(address, id, RESUMED).finish(long)).toEqual(first);
    expect(shown(address)).toHaveLength(first.length);
  });

  test(`a persona's draft left by a dead process is continued (${kind})`, async () => {
    const { ask, connect, shown } = await open(kind);
    const [address, id] = [ask(), newId()];
    connect().openReply(address, id, NEW).show("Let me see what I");
    await expect.poll(() => shown(address)).toHaveLength(1);
    const ids = await connect().openReply(address, id, RESUMED).finish("Thirty days.");
    expect(shown(address)).toMatchObject([
      { id: ids[0], author: "Sage", content: expect.stringMatching(/Thirty days\.$/) },
    ]);
  });
}

test("without the right to manage webhooks the bot speaks for its agents", async () => {
  const { ask, connect, shown, deny, double } = await open("thread");
  deny("MANAGE_WEBHOOKS");
  const address = ask();
  await connect().openReply(address, newId(), NEW).finish("Thirty days.");
  expect(shown(address)).toMatchObject([{ authorId: double.botId, viaWebhook: false }]);
});

test("in private, and under a name that Discord refuses, the bot speaks itself", async () => {
  const direct = await open("direct");
  const address = direct.ask();
  await direct.connect().openReply(address, newId(), NEW).finish("Thirty days.");
  expect(direct.shown(address)).toMatchObject([{ viaWebhook: false }]);

  const other = await open("channel");
  const refused = other.ask("Discord Helper");
  await other.connect().openReply(refused, newId(), NEW).finish("Thirty days.");
  expect(other.shown(refused)).toMatchObject([{ viaWebhook: false, replyTo: refused.replyTo }]);
  expect(other.double.violations).toEqual([]);
});

test("a webhook that somebody deletes is done without", async () => {
  const { ask, connect, shown, double, general } = await open("channel");
  const platform = connect();
  await platform.openReply(ask(), newId(), NEW).finish("one");
  const headers = { Authorization: `Bot ${double.token}` };
  const listed = await fetch(`${double.api}/v10/channels/${general}/webhooks`, { headers });
  for (const { id } of (await listed.json()) as { id: string }[]) {
    await fetch(`${double.api}/v10/webhooks/${id}`, { method: "DELETE", headers });
  }
  const address = ask();
  await platform.openReply(address, newId(), NEW).finish("two");
  expect(shown(address).at(-1)).toMatchObject({ viaWebhook: false, replyTo: address.replyTo });
});

test("an answer whose webhook is deleted while it grows is said anew, once", async () => {
  const { ask, connect, shown, double, general } = await open("channel");
  const address = ask();
  const draft = connect().openReply(address, newId(), NEW);
  draft.show("Let me see what I");
  await expect.poll(() => shown(address)).toHaveLength(1);
  await expect.poll(() => executions(double).at(-1)?.status).toBe(200);
  const headers = { Authorization: `Bot ${double.token}` };
  const listed = await fetch(`${double.api}/v10/channels/${general}/webhooks`, { headers });
  for (const { id } of (await listed.json()) as { id: string }[]) {
    await fetch(`${double.api}/v10/webhooks/${id}`, { method: "DELETE", headers });
  }
  const ids = await draft.finish("Let me see what I can do: thirty days.");
  expect(shown(address)).toMatchObject([{ content: expect.stringContaining("thirty days.") }]);
  expect(shown(address).map(({ id }) => id)).toEqual(ids);
});

test("a webhook's worthless token is not taken for the bot's", async () => {
  const { ask, connect, shown, double } = await open("channel");
  const body = { code: 50_027, message: "Invalid Webhook Token" };
  double.faults.add({ ...EXECUTE, kind: "status", status: 401, body });
  const platform = connect();
  const address = ask();
  await platform.openReply(address, newId(), NEW).finish("Thirty days.");
  expect(shown(address)).toMatchObject([{ viaWebhook: false, replyTo: address.replyTo }]);
  await platform.openReply(ask("Rex"), newId(), NEW).finish("I disagree.");
  expect(shown(address).at(-1)).toMatchObject({ author: "Rex", viaWebhook: true });
});

test("a name that Discord does not take after all costs no answer", async () => {
  const { ask, connect, shown, double } = await open("channel");
  const body = { code: 50_035, message: "Invalid Form Body" };
  double.faults.add({ ...EXECUTE, kind: "status", status: 400, body });
  const address = ask("Wumpus");
  await connect().openReply(address, newId(), NEW).finish("Thirty days.");
  expect(shown(address)).toMatchObject([{ viaWebhook: false, replyTo: address.replyTo }]);
});

test("an agent is known by its name though Discord takes its spaces away", async () => {
  const { ask, connect, shown } = await open("channel");
  const address = ask("  Big   Sage ");
  const delivery = newId();
  await connect().openReply(address, delivery, NEW).finish("Thirty days.");
  await connect().openReply(address, delivery, RESUMED).finish("Thirty days.");
  expect(shown(address)).toMatchObject([{ author: "Big Sage" }]);
});

test("a persona's answer carries its buttons, and its draft can be taken back", async () => {
  const { ask, connect, shown, double } = await open("thread");
  const platform = connect();
  const [answered, retracted] = [ask(), ask()];
  await platform
    .openReply(answered, newId(), NEW)
    .finish("Thirty days.", { feedbackButtons: true });
  expect(shown(answered)[0]?.components).toHaveLength(1);
  const draft = platform.openReply(retracted, newId(), NEW);
  draft.show("Let me see what I");
  await expect.poll(() => shown(retracted)).toHaveLength(1);
  await draft.retract();
  expect(shown(retracted)).toEqual([]);
  expect(double.violations).toEqual([]);
});

test("an agent's picture goes along with its name; an emoji is Slack's alone", async () => {
  const { ask, connect, double } = await open("thread");
  const platform = connect();
  for (const avatar of ["https://example.com/sage.png", ":owl:"]) {
    const address = ask();
    const agent = { ...address.agent, avatar };
    await platform.openReply({ ...address, agent }, newId(), NEW).finish("Thirty days.");
  }
  const bodies = executions(double).map(({ body }) => body as { avatar_url?: string });
  expect(bodies.map((body) => body.avatar_url)).toEqual([
    "https://example.com/sage.png",
    undefined,
  ]);
  expect(double.violations).toEqual([]);
});

test("a picture that Discord does not take costs no answer", async () => {
  const { ask, connect, shown, double } = await open("thread");
  const address = { ...ask(), agent: { slug: "sage", name: "Sage", avatar: "https://x/" } };
  const body = { code: 50_035, message: "Invalid Form Body" };
  double.faults.add({ ...EXECUTE, kind: "status", status: 400, body });
  await connect().openReply(address, newId(), NEW).finish("Thirty days.");
  expect(shown(address)).toMatchObject([{ author: "Sage", viaWebhook: true }]);
  expect(executions(double)).toHaveLength(2);
});

function executions(double: Pick<DiscordDouble, "requests">) {
  return double.requests.filter(
    ({ method, route }) => method === EXECUTE.method && route === EXECUTE.path,
  );
}
