import { setTimeout as sleep } from "node:timers/promises";
import {
  type ChatInputCommandInteraction,
  type Client,
  type CommandInteraction,
  type Interaction,
  type MessageComponentInteraction,
  type ModalSubmitInteraction,
  type StringSelectMenuInteraction,
  ComponentType,
  PermissionFlagsBits,
  TextInputStyle,
} from "discord.js";
import { AppError, toErrorMessage } from "../../../base/errors.ts";
import type { Log } from "../../../base/log.ts";
import { findAction, findQuestion } from "../../commands/all-commands.ts";
import { fromChoiceKey, toChoiceKey } from "../../commands/choice-key.ts";
import type { CommandDesk } from "../../commands/command-desk.ts";
import type { Answer, CommandCall, CommandOption } from "../../commands/command.ts";
import { answerSoon, untilLate } from "../api/answer-soon.ts";
import { DISCORD_CODES, discordCodeOf } from "../api/discord-error.ts";
import type { Deferral, InteractionCalls } from "../api/interaction-calls.ts";
import { answerInteraction, toLabel } from "./answer-interaction.ts";
import { completeOption } from "./complete-option.ts";
import { roomKeyOf } from "../events/interaction-room.ts";

type Answerable = CommandInteraction | MessageComponentInteraction | ModalSubmitInteraction;
type Parts = { desk: CommandDesk; calls: InteractionCalls; log: Log };
type Wanted = Pick<CommandCall, "command" | "action" | "values">;

const RUNS_ROOMS = [PermissionFlagsBits.ManageGuild, PermissionFlagsBits.ManageChannels];
/** What commands that are under way get when the door closes. */
const CLOSE_MS = 5000;
const LONGEST_TITLE = 45;
const LONGEST_REASON = 2000;

/**
 * Commands, their completion, the menus of their answers and their forms. Every process of a bot
 * hears each of them, and one runs it. One whose answer takes longer is acknowledged by whichever is
 * first, also where the process that runs it has died.
 */
export function createDiscordCommands(parts: Parts) {
  const { desk, log } = parts;
  const underWay = new Set<Promise<void>>();

  async function deal(client: Client<true>, interaction: Interaction): Promise<void> {
    if (interaction.isAutocomplete()) return completeOption({ desk, log }, client, interaction);
    if (interaction.isChatInputCommand()) return runTyped(parts, client, interaction);
    if (interaction.isStringSelectMenu()) return runChosen(parts, client, interaction);
    if (interaction.isModalSubmit()) return runSent(parts, client, interaction);
  }

  return {
    hear(client: Client<true>, interaction: Interaction): void {
      const work = deal(client, interaction)
        .catch((error: unknown) => {
          const isElsewhere = discordCodeOf(error) === DISCORD_CODES.alreadyAcknowledged;
          if (!isElsewhere) log.warn({ error: toErrorMessage(error) }, "discord: command failed");
        })
        .finally(() => underWay.delete(work));
      underWay.add(work);
    },
    async close(): Promise<void> {
      await Promise.race([
        Promise.allSettled(underWay),
        sleep(CLOSE_MS, undefined, { ref: false }),
      ]);
    },
  };
}

async function runTyped(
  parts: Parts,
  client: Client<true>,
  interaction: ChatInputCommandInteraction,
): Promise<void> {
  const { commandName: command, options } = interaction;
  const action = options.getSubcommand(false) ?? undefined;
  const found = findAction(command, action)?.action;
  const declared = found?.options ?? [];
  const given = declared.map(({ name }) => [name, options.getString(name) ?? undefined] as const);
  const values = Object.fromEntries(given);
  const left = found && findQuestion(found, values);
  if (left && (await showForm(interaction, { command, action, values }, left))) return;
  await run(parts, client, interaction, { wanted: { command, action, values }, as: "reply" });
}

async function showForm(
  interaction: ChatInputCommandInteraction,
  wanted: Wanted,
  { name, question, description }: CommandOption,
): Promise<boolean> {
  const key = toChoiceKey({ ...wanted, option: name });
  if (key === undefined) return false;
  await interaction.showModal({
    title: toLabel(question?.text ?? description, LONGEST_TITLE),
    custom_id: key,
    components: [
      {
        type: ComponentType.Label,
        label: toLabel(description, LONGEST_TITLE),
        component: {
          type: ComponentType.TextInput,
          custom_id: name,
          style: TextInputStyle.Paragraph,
          required: false,
          max_length: LONGEST_REASON,
        },
      },
    ],
  });
  return true;
}

async function runSent(
  parts: Parts,
  client: Client<true>,
  interaction: ModalSubmitInteraction,
): Promise<void> {
  const open = fromChoiceKey(interaction.customId);
  if (!open) return;
  const value = interaction.fields.getTextInputValue(open.option).trim();
  const values = value === "" ? open.values : { ...open.values, [open.option]: value };
  await run(parts, client, interaction, { wanted: { ...open, values }, as: "reply" });
}

async function runChosen(
  parts: Parts,
  client: Client<true>,
  interaction: StringSelectMenuInteraction,
): Promise<void> {
  const open = fromChoiceKey(interaction.customId);
  const [value] = interaction.values;
  if (!open || value === undefined) return;
  const values = { ...open.values, [open.option]: value };
  await run(parts, client, interaction, { wanted: { ...open, values }, as: "update" });
}

async function run(
  { desk, calls }: Parts,
  client: Client<true>,
  interaction: Answerable,
  { wanted, as }: { wanted: Wanted; as: Deferral },
): Promise<void> {
  const id = `discord:${interaction.id}`;
  const replyUrl = calls.replyUrl(interaction);
  const defer = () => calls.defer(interaction, as);
  const work = () => ask(desk, client, interaction, { ...wanted, id, replyUrl });
  const { answer, acknowledged } = await answerSoon(interaction, { work, defer });
  const deferred = acknowledged !== "no";
  if (answer) {
    await answerInteraction(calls, interaction, { answer, open: wanted, deferred, as });
    await desk.answered(id);
  } else if (!deferred) {
    // Another process runs it; should it die, this sign stays until the person is told.
    await untilLate(interaction);
    await defer();
  }
}

async function ask(
  desk: CommandDesk,
  client: Client<true>,
  interaction: Answerable,
  call: Wanted & Pick<CommandCall, "id" | "replyUrl">,
): Promise<Answer | undefined> {
  const roomKey = await roomKeyOf(client, interaction).catch((error: unknown) => {
    if (error instanceof AppError) return error;
    throw error;
  });
  if (roomKey instanceof AppError) return { text: roomKey.message };
  const isDirect = interaction.guildId === null;
  return desk.run({
    ...call,
    roomKey,
    person: { externalId: interaction.user.id, name: nameOf(interaction) },
    isRoomAdmin: async () => isDirect || (interaction.memberPermissions?.any(RUNS_ROOMS) ?? false),
  });
}

function nameOf(interaction: Answerable): string {
  return interaction.inCachedGuild()
    ? interaction.member.displayName
    : interaction.user.displayName;
}
