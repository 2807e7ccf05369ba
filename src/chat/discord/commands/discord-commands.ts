import { setTimeout as sleep } from "node:timers/promises";
import {
  type ChatInputCommandInteraction,
  type Client,
  type Interaction,
  type ModalSubmitInteraction,
  type StringSelectMenuInteraction,
  ComponentType,
  MessageFlags,
  PermissionFlagsBits,
  Routes,
  TextInputStyle,
} from "discord.js";
import { AppError, toErrorMessage } from "../../../base/errors.ts";
import type { Log } from "../../../base/log.ts";
import { acknowledgeOnce } from "../../commands/acknowledge-once.ts";
import { findAction, findQuestion } from "../../commands/all-commands.ts";
import { fromChoiceKey, toChoiceKey } from "../../commands/choice-key.ts";
import type { CommandDesk } from "../../commands/command-desk.ts";
import type { CommandCall, CommandOption } from "../../commands/command.ts";
import { type Answerable, answerInteraction, toLabel } from "./answer-interaction.ts";
import { completeOption } from "./complete-option.ts";
import { DISCORD_CODES, discordCodeOf } from "../api/discord-error.ts";
import { roomKeyOf } from "./interaction-room.ts";

type Parts = { desk: CommandDesk; log: Log };
type Wanted = Pick<CommandCall, "command" | "action" | "values">;

const RUNS_ROOMS = [PermissionFlagsBits.ManageGuild, PermissionFlagsBits.ManageChannels];
/** What commands that are under way get when the door closes. */
const CLOSE_MS = 5000;
const LONGEST_TITLE = 45;
const LONGEST_REASON = 2000;

/**
 * Commands, their completion, the menus of their answers and their forms. Every process of a bot
 * hears each of them; one acknowledges it, and one runs it.
 */
export function createDiscordCommands({ desk, log }: Parts) {
  const underWay = new Set<Promise<void>>();

  async function deal(client: Client<true>, interaction: Interaction): Promise<void> {
    if (interaction.isAutocomplete()) return completeOption({ desk, log }, client, interaction);
    if (interaction.isChatInputCommand()) return runTyped(desk, client, interaction);
    if (interaction.isStringSelectMenu()) return runChosen(desk, client, interaction);
    if (interaction.isModalSubmit()) return runSent(desk, client, interaction);
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
  desk: CommandDesk,
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
  await run(desk, client, interaction, {
    command,
    action,
    values,
    acknowledge: think(interaction),
  });
}

/** Acknowledges with the sign that the bot is thinking. */
function think(interaction: ChatInputCommandInteraction | ModalSubmitInteraction) {
  return acknowledgeWith(interaction, () =>
    interaction.deferReply({ flags: MessageFlags.Ephemeral }),
  );
}

/**
 * Acknowledges, or finds it done: by another process, or by an attempt of this one whose answer was
 * lost. Either way the desk decides who runs the command, and the answer may come from anywhere.
 */
function acknowledgeWith(interaction: Answerable, send: () => Promise<unknown>) {
  return acknowledgeOnce(async () => {
    try {
      await send();
    } catch (error) {
      if (discordCodeOf(error) !== DISCORD_CODES.alreadyAcknowledged) throw error;
      interaction.deferred = true;
    }
  });
}

async function showForm(
  interaction: ChatInputCommandInteraction,
  wanted: Wanted,
  { name, question, description }: CommandOption,
): Promise<boolean> {
  const key = toChoiceKey({ ...wanted, option: name });
  if (key === undefined) return false;
  await interaction.showModal({
    title: (question?.text ?? description).slice(0, LONGEST_TITLE),
    custom_id: key,
    components: [
      {
        type: ComponentType.Label,
        label: toLabel(description).slice(0, LONGEST_TITLE),
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
  desk: CommandDesk,
  client: Client<true>,
  interaction: ModalSubmitInteraction,
): Promise<void> {
  const open = fromChoiceKey(interaction.customId);
  if (!open) return;
  const acknowledge = think(interaction);
  const value = interaction.fields.getTextInputValue(open.option).trim();
  const values = value === "" ? open.values : { ...open.values, [open.option]: value };
  await run(desk, client, interaction, { ...open, values, acknowledge });
}

async function runChosen(
  desk: CommandDesk,
  client: Client<true>,
  interaction: StringSelectMenuInteraction,
): Promise<void> {
  const open = fromChoiceKey(interaction.customId);
  const [value] = interaction.values;
  if (!open || value === undefined) return;
  const acknowledge = acknowledgeWith(interaction, () => interaction.deferUpdate());
  const values = { ...open.values, [open.option]: value };
  await run(desk, client, interaction, { ...open, values, acknowledge });
}

async function run(
  desk: CommandDesk,
  client: Client<true>,
  interaction: Answerable,
  { command, action, values, acknowledge }: Wanted & { acknowledge: () => Promise<void> },
): Promise<void> {
  const isDirect = interaction.guildId === null;
  const roomKey = await roomKeyOf(client, interaction).catch((error: unknown) => {
    if (error instanceof AppError) return error;
    throw error;
  });
  const id = `discord:${interaction.id}`;
  const answer =
    roomKey instanceof AppError
      ? { text: roomKey.message }
      : await desk.run({
          id,
          command,
          action,
          values,
          roomKey,
          person: { externalId: interaction.user.id, name: nameOf(interaction) },
          replyUrl: toReplyUrl(client, interaction),
          acknowledge,
          isRoomAdmin: async () =>
            isDirect || (interaction.memberPermissions?.any(RUNS_ROOMS) ?? false),
        });
  if (!answer) return;
  await acknowledge();
  await answerInteraction(interaction, { answer, open: { command, action } });
  await desk.answered(id);
}

/** What is posted there takes the place of the sign that the bot is thinking, for 15 minutes. */
function toReplyUrl(client: Client<true>, { applicationId, token }: Answerable): string {
  const { api, version } = client.rest.options;
  return `${api}/v${version}${Routes.webhook(applicationId, token)}`;
}

function nameOf(interaction: Answerable): string {
  return interaction.inCachedGuild()
    ? interaction.member.displayName
    : interaction.user.displayName;
}
