import { Events, GatewayDispatchEvents } from "discord.js";
import { Client } from "discord.js";
import { expect, onTestFinished, test } from "vitest";
import { startDiscordDouble } from "../support/discord/discord-double.ts";
import { clientOptions } from "./garden.ts";
import { untilPasses } from "../support/until.ts";

const AT = Date.UTC(2026, 10, 20, 9, 30);
const COMMAND = {
  name: "feedback",
  description: "Rate the last answer",
  options: [
    {
      type: 3,
      name: "rating",
      description: "good or bad",
      required: true,
      choices: [{ name: "good", value: "good" }],
    },
    { type: 3, name: "agent", description: "which agent", autocomplete: true },
  ],
};
const BUTTONS = {
  content: "Send the mail?",
  components: [
    { type: 1, components: [{ type: 2, style: 3, label: "Approve", custom_id: "approve:42" }] },
  ],
};
const MODAL = {
  title: "Why?",
  custom_id: "why:42",
  components: [
    { type: 18, label: "In your words", component: { type: 4, custom_id: "words", style: 2 } },
  ],
};

/** Plays a short history at a standing clock, so that ids and times are the same every time. */
async function record() {
  const double = await startDiscordDouble({ now: () => AT });
  onTestFinished(() => double.close());
  const ana = double.addUser({ name: "ana", globalName: "Ana 🌸" }).id;
  const noor = double.addUser({ name: "noor", globalName: "نور ✨" }).id;
  const guild = double.addGuild({ name: "Garden", owner: ana, channels: ["general"] });
  double.addMember({ guild: guild.id, user: noor, nick: "נור 🌙" });
  const channel = guild.channels["general"] ?? "";
  const client = new Client(clientOptions(double));
  onTestFinished(() => client.destroy());
  const payloads: { t: string; d: Record<string, unknown> }[] = [];
  for (const t of Object.values(GatewayDispatchEvents)) {
    client.ws.on(t, (d: Record<string, unknown>) => payloads.push({ t, d: structuredClone(d) }));
  }
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(double.token);
  await ready;

  const after = async <T>(act: () => T, t: string): Promise<T> => {
    const before = payloads.length;
    const made = await act();
    await untilPasses(() => expect(payloads.slice(before).map((one) => one.t)).toContain(t));
    return made;
  };
  return { double, client, guild, channel, ana, noor, payloads, after };
}

/** Leaves out what differs from run to run: the port, the session and the tokens. */
function toText(payload: object, port: string): string {
  return `${JSON.stringify(payload, null, 2)}\n`
    .replaceAll(port, "7002")
    .replaceAll(/"session_id": "\w+"/g, '"session_id": "0123456789abcdef0123456789abcdef"')
    .replaceAll(/"token": "[\w-]+"/g, '"token": "interaction-token"');
}

test("what the gateway sends is what the recorded fixtures say", async () => {
  const { double, client, guild, channel, ana, noor, payloads, after } = await record();
  const recorded: [name: string, payload: object | undefined][] = [];
  const keep = (name: string, t: string) =>
    recorded.push([name, payloads.findLast((payload) => payload.t === t)]);
  keep("ready", "READY");
  keep("guild-create", "GUILD_CREATE");

  const say = async (name: string, input: Partial<Parameters<typeof double.say>[0]>) => {
    const act = () => double.say({ channel, user: ana, ...input });
    const { id } = await after(act, "MESSAGE_CREATE");
    keep(name, "MESSAGE_CREATE");
    return id;
  };
  const dm = double.openDm({ user: noor }).id;
  const first = await say("message-create-mention", { mentions: [double.botId], text: "hello" });
  await say("message-create-reply", { user: noor, text: "مرحبا", replyTo: first });
  await say("message-create-role-mention", { text: `<@&${guild.botRoleId}> hello` });
  await say("message-create-direct", { channel: dm, user: noor, text: "psst" });
  const attachments = [{ filename: "note.txt", contentType: "text/plain", text: "read me" }];
  const noted = await say("message-create-attachment", { attachments });

  const at = { channel, message: first };
  await after(() => double.unfurl({ ...at, embed: { title: "a link" } }), "MESSAGE_UPDATE");
  keep("message-update-preview", "MESSAGE_UPDATE");
  await after(() => double.edit({ ...at, text: "hello again" }), "MESSAGE_UPDATE");
  keep("message-update-edit", "MESSAGE_UPDATE");
  await after(() => double.react({ ...at, user: noor, emoji: "👍" }), "MESSAGE_REACTION_ADD");
  keep("message-reaction-add", "MESSAGE_REACTION_ADD");
  await after(() => double.unreact({ ...at, user: noor, emoji: "👍" }), "MESSAGE_REACTION_REMOVE");
  keep("message-reaction-remove", "MESSAGE_REACTION_REMOVE");
  await after(() => double.startThread({ ...at, user: ana, name: "talk" }), "THREAD_CREATE");
  keep("thread-create", "THREAD_CREATE");
  await after(() => double.remove({ channel, messages: [noted] }), "MESSAGE_DELETE");
  keep("message-delete", "MESSAGE_DELETE");

  await client.application?.commands.set([COMMAND]);
  client.on(Events.InteractionCreate, (interaction) => {
    if (interaction.isChatInputCommand()) void interaction.reply(BUTTONS);
    if (interaction.isButton()) void interaction.showModal(MODAL);
  });
  const interact = async (name: string, input: Parameters<typeof double.interact>[0]) => {
    const interaction = await after(() => double.interact(input), "INTERACTION_CREATE");
    keep(name, "INTERACTION_CREATE");
    return interaction;
  };
  const where = { channel, user: noor };
  const run = { ...where, name: "feedback" } as const;
  const typing = {
    ...run,
    type: "autocomplete",
    options: { agent: "sa" },
    focused: "agent",
  } as const;
  await interact("interaction-autocomplete", typing);
  const options = { rating: "good" };
  const asked = await interact("interaction-command", { ...run, type: "command", options });
  const message = await untilPasses(() => {
    const { original } = double.interaction(asked);
    expect(original).toBeDefined();
    return original?.id ?? "";
  });
  const press = { ...where, type: "button", message, customId: "approve:42" } as const;
  const pressed = await interact("interaction-button", press);
  await untilPasses(() => expect(double.interaction(pressed).modal).toBeDefined());
  const fields = { words: "it was kind" };
  await interact("interaction-modal", { ...where, type: "modal", shownBy: pressed.id, fields });
  await after(() => double.kickBot({ guild: guild.id }), "GUILD_DELETE");
  keep("guild-delete", "GUILD_DELETE");

  const port = new URL(double.origin).port;
  for (const [name, payload] of recorded) {
    const file = `../fixtures/discord/${name}.json`;
    await expect(toText(payload ?? {}, port)).toMatchFileSnapshot(file);
  }
});
