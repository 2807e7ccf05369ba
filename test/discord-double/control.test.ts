import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Events } from "discord.js";
import { expect, onTestFinished, test } from "vitest";
import { callControl } from "../support/discord/control.ts";
import type { DiscordDouble } from "../support/discord/discord-double.ts";
import { connect } from "./garden.ts";
import { untilPasses } from "../support/until.ts";

type Identity = Pick<DiscordDouble, "api" | "cdn" | "origin" | "token" | "botId">;

async function startProcess(): Promise<Identity> {
  const child = spawn(process.execPath, ["test/support/discord/serve.ts", "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(async () => {
    if (child.exitCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  });
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  return JSON.parse(line) as Identity;
}

test("as a process of its own it is driven over HTTP and serves the real client", async () => {
  const double = await startProcess();
  const { origin } = double;
  const ana = await callControl(origin, "addUser", { name: "ana" });
  const guild = await callControl(origin, "addGuild", { name: "Garden", channels: ["general"] });
  const channel = guild.channels["general"] ?? "";
  await callControl(origin, "addMember", { guild: guild.id, user: ana.id });
  const { client } = await connect(double);
  client.on(Events.MessageCreate, (message) => {
    if (!message.author.bot) void message.reply("here");
  });
  await callControl(origin, "say", { channel, user: ana.id, text: "anyone?" });
  await untilPasses(async () => {
    const seen = await callControl(origin, "visibleMessages", { channel });
    expect(seen.map(({ content }) => content)).toEqual(["anyone?", "here"]);
  });
  expect(await callControl(origin, "violations")).toEqual([]);
  await callControl(origin, "addFault", { kind: "status", status: 403, method: "POST" });
  const channels = await client.channels.fetch(channel);
  await expect(channels?.isSendable() && channels.send("x")).rejects.toThrow("403");
});

test("a verb that cannot be done answers with the reason", async () => {
  const { origin } = await startProcess();
  const say = callControl(origin, "say", { channel: "1", user: "2" });
  await expect(say).rejects.toThrow("Unknown Channel");
  const unknown = await fetch(`${origin}/control/explode`, { method: "POST" });
  expect(unknown.status).toBe(404);
});
