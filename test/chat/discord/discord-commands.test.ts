import { expect, onTestFinished, test } from "vitest";
import { createMemoryIngress } from "../../fakes/memory-ingress.ts";
import type { DiscordDouble } from "../../support/discord/discord-double.ts";
import { answered, openCommandStage } from "./command-stage.ts";
import { openDoorStage } from "./door-stage.ts";
import { untilPasses } from "../../support/until.ts";

const COMMANDS = { route: "/applications/:application/commands", method: "PUT" };

const writes = ({ requests }: DiscordDouble) =>
  requests.filter(({ route, method }) => route === COMMANDS.route && method === COMMANDS.method);

test("commands are registered at the start, and again only where they have changed", async () => {
  const { double, open, ingress } = await openCommandStage();
  expect(double.commands().map(({ name }) => name)).toContain("behavior");
  expect(writes(double)).toHaveLength(1);
  const door = await open(ingress);
  const reads = () => double.requests.filter(({ route }) => route === COMMANDS.route).length;
  await untilPasses(() => expect(reads()).toBe(3));
  await door.close();
  expect(writes(double)).toHaveLength(1);

  const url = `${double.api}/v10/applications/${double.applicationId}/commands`;
  const headers = { Authorization: `Bot ${double.token}`, "Content-Type": "application/json" };
  const [first] = double.commands();
  const path = `${url}/${first?.id}`;
  await fetch(path, { method: "PATCH", headers, body: JSON.stringify({ description: "old" }) });
  await open(ingress);
  await untilPasses(() => expect(writes(double)).toHaveLength(2));
  expect(double.commands()[0]).toMatchObject({ id: first?.id, description: first?.description });
});

test("a bot that may not register commands hears messages all the same", async () => {
  const { double, open, mention } = await openDoorStage();
  const fault = { kind: "status" as const, status: 403 };
  double.faults.add({ method: "GET", path: COMMANDS.route, ...fault, times: 10 });
  const ingress = createMemoryIngress();
  await open(ingress);
  mention("hello");
  await untilPasses(() => expect(ingress.messages()).toHaveLength(1));
});

test("in a thread the room is the thread's, in private the person's own", async () => {
  const { double, desk, where, list, guild, general, ana } = await openCommandStage();
  const thread = double.startThread({ ...where, name: "aside" }).id;
  await answered(double, double.interact({ ...list, channel: thread }));
  const dm = double.openDm({ user: ana }).id;
  await answered(double, double.interact({ ...list, channel: dm }));
  expect(desk.calls.map(({ roomKey }) => roomKey)).toEqual([
    `discord:${guild.id}.${general}:${thread}`,
    `discord:dm.${dm}`,
  ]);
  expect(await desk.calls[1]?.isRoomAdmin()).toBe(true);
});

test("who may manage the server or its channels runs its rooms", async () => {
  const { double, desk, list, guild, ana } = await openCommandStage();
  const people = (["MANAGE_GUILD", "MANAGE_CHANNELS", "ADMINISTRATOR"] as const).map((name) => {
    const role = double.addRole({ guild: guild.id, name, permissions: [name] }).id;
    const user = double.addUser({ name: name.toLowerCase() }).id;
    double.addMember({ guild: guild.id, user, roles: [role] });
    return user;
  });
  for (const user of [...people, ana]) await answered(double, double.interact({ ...list, user }));
  const verdicts = await Promise.all(desk.calls.map((call) => call.isRoomAdmin()));
  expect(verdicts).toEqual([true, true, true, false]);
});

test("names are completed while a person types, with nothing rather than too late", async () => {
  const { double, desk, where, guild, general } = await openCommandStage();
  const typing = { type: "autocomplete", name: "agent", subcommand: "info", ...where } as const;
  const typed = double.interact({ ...typing, focused: "agent", options: { agent: "sa" } });
  await untilPasses(() => expect(double.interaction(typed).choices).toHaveLength(1));
  expect(desk.suggesting).toEqual([
    {
      command: "agent",
      action: "info",
      option: "agent",
      typed: "sa",
      roomKey: `discord:${guild.id}.${general}`,
    },
  ]);
  onTestFinished(desk.hold());
  const late = double.interact({ ...typing, focused: "agent", options: { agent: "sag" } });
  await untilPasses(() => expect(double.interaction(late).choices).toEqual([]));
  expect(double.interaction(late).failed).toBe(false);
});

test("a form asks for what was left out, and its answer is part of the command", async () => {
  const { double, desk, where } = await openCommandStage();
  const release = desk.hold();
  const options = { verdict: "bad" };
  const asked = double.interact({ type: "command", name: "feedback", ...where, options });
  await untilPasses(() => expect(double.interaction(asked).modal).toBeDefined());
  expect(desk.calls).toEqual([]);
  release();
  const fields = { why: "It shouted." };
  const sent = double.interact({ type: "modal", ...where, shownBy: asked.id, fields });
  await answered(double, sent);
  expect(desk.calls).toMatchObject([
    { command: "feedback", values: { verdict: "bad", why: "It shouted." } },
  ]);
  const good = { type: "command", name: "feedback", options: { verdict: "good" } } as const;
  await answered(double, double.interact({ ...good, ...where }));
  expect(desk.calls[1]).toMatchObject({ values: { verdict: "good" } });
  expect(double.violations).toEqual([]);
});

test("a menu offers at most what Discord shows, and its choice is the command with that value", async () => {
  const { double, desk, where } = await openCommandStage();
  const long = "👩‍👩‍👧‍👦".repeat(20);
  desk.answer({
    text: "Which one?",
    choose: {
      option: "behavior",
      placeholder: "Choose",
      choices: Array.from({ length: 60 }, (_, i) => ({ value: `b${i}`, label: `${i}${long}` })),
      values: { agent: "sage" },
    },
  });
  const asked = double.interact({
    type: "command",
    name: "behavior",
    subcommand: "switch",
    ...where,
  });
  const { original } = await answered(double, asked);
  const row = original?.components?.[0] as unknown as {
    components: { custom_id: string; options: [] }[];
  };
  expect(row.components[0]?.options).toHaveLength(25);
  desk.answer({ text: "Switched." });
  const chosen = double.interact({
    type: "select",
    ...where,
    message: original?.id ?? "",
    customId: row.components[0]?.custom_id ?? "",
    values: ["b7"],
  });
  await untilPasses(() =>
    expect(double.interaction(chosen).original).toMatchObject({
      content: "Switched.",
      components: [],
    }),
  );
  expect(desk.calls.at(-1)).toMatchObject({
    command: "behavior",
    action: "switch",
    values: { agent: "sage", behavior: "b7" },
  });
  expect(double.violations).toEqual([]);
});
