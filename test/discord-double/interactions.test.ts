import type { Client, Interaction } from "discord.js";
import {
  ApplicationCommandOptionType,
  ComponentType,
  Events,
  MessageFlags,
  TextInputStyle,
} from "discord.js";
import { expect, test } from "vitest";
import type { DiscordDouble } from "../support/discord/discord-double.ts";
import { connect, openGarden } from "./garden.ts";
import { untilPasses } from "../support/until.ts";

const AGENT = {
  name: "agent",
  description: "Agents in this room",
  options: [
    {
      type: ApplicationCommandOptionType.Subcommand as const,
      name: "info",
      description: "What an agent is",
      options: [
        {
          type: ApplicationCommandOptionType.String as const,
          name: "name",
          description: "Which agent",
          required: true,
          autocomplete: true,
        },
      ],
    },
  ],
};

async function openWithCommand(
  options: Parameters<typeof openGarden>[0],
  answer: (interaction: Interaction) => Promise<unknown>,
) {
  const garden = await openGarden(options);
  const { client } = await connect(garden.double);
  await client.application?.commands.set([AGENT]);
  const faults: unknown[] = [];
  listen(client, answer, faults);
  const where = { channel: garden.general, user: garden.ana };
  const info = { ...where, name: "agent", subcommand: "info" };
  return { ...garden, client, where, info, faults };
}

function listen(
  client: Client,
  answer: (interaction: Interaction) => Promise<unknown>,
  faults: unknown[],
) {
  client.on(Events.InteractionCreate, (interaction) => {
    void answer(interaction).catch((error: unknown) =>
      faults.push((error as { code: unknown }).code),
    );
  });
}

const answered = async (double: DiscordDouble, interaction: { id: string }) =>
  await untilPasses(() => {
    const view = double.interaction(interaction);
    expect(view.answeredWith).toBeDefined();
    return view;
  });

test("a command is deferred, then its answer is edited in, for the asker alone", async () => {
  let release = () => {};
  const slow = new Promise<void>((resolve) => (release = resolve));
  const { double, general, ana, info } = await openWithCommand({}, async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await interaction.deferReply({ flags: MessageFlags.Ephemeral });
    await slow;
    await interaction.editReply(`about ${interaction.options.getString("name", true)}`);
  });
  const asked = double.interact({ type: "command", ...info, options: { name: "sage" } });
  expect(await answered(double, asked)).toMatchObject({
    answeredWith: 5,
    thinking: true,
    ephemeral: true,
  });
  release();
  await untilPasses(() => {
    const view = double.interaction(asked);
    expect(view).toMatchObject({ thinking: false, original: { content: "about sage" } });
  });
  expect(double.visibleMessages({ channel: general })).toEqual([]);
  expect(double.visibleMessages({ channel: general, as: ana })).toHaveLength(1);
  expect(double.violations).toEqual([]);
});

test("the first follow-up after a deferral becomes the answer and keeps its visibility", async () => {
  const { double, info } = await openWithCommand({}, async (interaction) => {
    if (!interaction.isChatInputCommand()) return;
    await interaction.deferReply();
    await interaction.followUp({ content: "first", flags: MessageFlags.Ephemeral });
    await interaction.followUp({ content: "second", flags: MessageFlags.Ephemeral });
  });
  const asked = double.interact({ type: "command", ...info, options: { name: "sage" } });
  await untilPasses(() => expect(double.interaction(asked).followUps).toHaveLength(1));
  expect(double.interaction(asked)).toMatchObject({
    original: { content: "first", ephemeral: false },
    followUps: [{ content: "second", ephemeral: true }],
  });
});

test("an answer after the deadline is an unknown interaction, and the person sees a failure", async () => {
  const { double, info, faults } = await openWithCommand(
    { answerWithinMs: 10 },
    async (interaction) => {
      await untilPasses(() => expect(double.interaction(interaction).failed).toBe(true));
      if (interaction.isChatInputCommand()) await interaction.reply("too late");
    },
  );
  double.interact({ type: "command", ...info, options: { name: "sage" } });
  await untilPasses(() => expect(faults).toEqual([10_062]));
});

test("of two processes that answer one interaction the second is refused", async () => {
  const answer = async (interaction: Interaction) => {
    if (interaction.isChatInputCommand()) await interaction.reply("mine");
  };
  const { double, general, info, faults } = await openWithCommand({}, answer);
  const other = await connect(double);
  listen(other.client, answer, faults);
  const asked = double.interact({ type: "command", ...info, options: { name: "sage" } });
  await untilPasses(() => expect(faults).toEqual([40_060]));
  expect(double.interaction(asked).refusals).toEqual([40_060]);
  expect(double.visibleMessages({ channel: general })).toHaveLength(1);
});

test("autocomplete offers choices while a person types", async () => {
  const { double, info } = await openWithCommand({}, async (interaction) => {
    if (!interaction.isAutocomplete()) return;
    const { name, value } = interaction.options.getFocused(true);
    await interaction.respond([{ name: `${name} ${value}…`, value: "sage" }]);
  });
  const options = { name: "sa" };
  const typed = double.interact({ type: "autocomplete", ...info, focused: "name", options });
  expect((await answered(double, typed)).choices).toEqual([{ name: "name sa…", value: "sage" }]);
});

test("the token of an interaction dies, and then its answer cannot be edited", async () => {
  let now = Date.now();
  const { double, info, faults } = await openWithCommand(
    { now: () => now },
    async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.deferReply();
      now += 900_001;
      await interaction.editReply("a quarter of an hour later");
    },
  );
  double.interact({ type: "command", ...info, options: { name: "sage" } });
  await untilPasses(() => expect(faults).toEqual([50_027]));
});

const APPROVAL = {
  content: "Send the mail?",
  components: [
    {
      type: 1,
      components: [
        { type: 2, style: 3, label: "Approve", custom_id: "approve" },
        { type: 2, style: 4, label: "Decline", custom_id: "decline", disabled: true },
      ],
    },
    {
      type: 1,
      components: [
        {
          type: 3,
          custom_id: "why",
          options: [
            { label: "Wrong", value: "wrong" },
            { label: "Rude", value: "rude" },
          ],
        },
      ],
    },
  ],
};

test("a pressed button changes its message, a disabled one cannot be pressed", async () => {
  const { double, client, general, where } = await openWithCommand({}, async (interaction) => {
    if (!interaction.isButton()) return;
    await interaction.update({ content: `approved by ${interaction.user.id}`, components: [] });
  });
  const channel = await client.channels.fetch(general);
  if (!channel?.isSendable()) throw new Error("the channel cannot be written to");
  const message = (await channel.send(APPROVAL)).id;
  expect(() => double.interact({ type: "button", ...where, message, customId: "decline" })).toThrow(
    "disabled",
  );
  const pressed = double.interact({ type: "button", ...where, message, customId: "approve" });
  expect((await answered(double, pressed)).answeredWith).toBe(7);
  expect(double.visibleMessages({ channel: general })).toMatchObject([
    { content: `approved by ${where.user}`, components: [] },
  ]);
});

test("a select opens a modal whose fields come back", async () => {
  const { double, client, general, where } = await openWithCommand({}, async (interaction) => {
    if (interaction.isStringSelectMenu()) {
      await interaction.showModal({
        title: "Why?",
        custom_id: `reason:${interaction.values.join(",")}`,
        components: [
          {
            type: ComponentType.Label,
            label: "In your words",
            component: {
              type: ComponentType.TextInput,
              custom_id: "words",
              style: TextInputStyle.Paragraph,
            },
          },
        ],
      });
    } else if (interaction.isModalSubmit()) {
      const words = interaction.fields.getTextInputValue("words");
      await interaction.reply(`${interaction.customId}: ${words}`);
    }
  });
  const channel = await client.channels.fetch(general);
  if (!channel?.isSendable()) throw new Error("the channel cannot be written to");
  const message = (await channel.send(APPROVAL)).id;
  const values = ["rude"];
  const chosen = double.interact({ type: "select", ...where, message, customId: "why", values });
  expect((await answered(double, chosen)).modal).toMatchObject({ title: "Why?" });
  const fields = { words: "it shouted" };
  const sent = double.interact({ type: "modal", ...where, shownBy: chosen.id, fields });
  const view = await answered(double, sent);
  expect(view.original?.content).toBe("reason:rude: it shouted");
  expect(double.violations).toEqual([]);
});
