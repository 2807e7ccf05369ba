import { ApplicationCommandOptionType } from "discord.js";
import { expect, test } from "vitest";
import { codeOf, connect, openGarden } from "./garden.ts";

const STOP = {
  name: "stop",
  description: "Stop this room",
  options: [
    {
      type: ApplicationCommandOptionType.String as const,
      name: "why",
      description: "The reason",
      required: true,
      choices: [{ name: "too loud", value: "loud" }],
    },
  ],
};

test("commands are checked, and replaced as a whole with their ids kept", async () => {
  const { double } = await openGarden();
  const { client } = await connect(double);
  const commands = client.application?.commands;
  await commands?.set([STOP, { name: "help", description: "Help" }]);
  const [before] = double.commands();
  const bad = commands?.set([{ name: "Bad Name", description: "x" }]) ?? Promise.resolve();
  expect(await codeOf(bad)).toBe(50_035);
  const loose = commands?.create({ name: "loose", description: "" }) ?? Promise.resolve();
  expect(await codeOf(loose)).toBe(50_035);
  await commands?.set([STOP]);
  expect(double.commands()).toMatchObject([{ name: "stop", id: before?.id }]);
  await commands?.edit(before?.id ?? "", { description: "Stop it" });
  expect(double.commands()).toMatchObject([{ name: "stop", description: "Stop it" }]);
});

test("a guild's own command is known in that guild alone", async () => {
  const { double, guild, general: channel, ana: user } = await openGarden();
  const { client } = await connect(double);
  await client.application?.commands.set([STOP], guild.id);
  const run = { type: "command", name: "stop", options: { why: "loud" }, user } as const;
  double.interact({ ...run, channel });
  const elsewhere = double.openDm({ user }).id;
  expect(() => double.interact({ ...run, channel: elsewhere })).toThrow("not registered");
});

test("people can run what is registered, as it is declared", async () => {
  const { double, general: channel, ana: user } = await openGarden();
  const { client } = await connect(double);
  await client.application?.commands.set([STOP]);
  const run = { type: "command", channel, user } as const;
  expect(() => double.interact({ ...run, name: "start" })).toThrow("not registered");
  expect(() => double.interact({ ...run, name: "stop" })).toThrow('needs the option "why"');
  expect(() => double.interact({ ...run, name: "stop", options: { why: "bored" } })).toThrow(
    "no choice",
  );
});
