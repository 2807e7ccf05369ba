import { setTimeout as sleep } from "node:timers/promises";
import {
  type ButtonInteraction,
  type Client,
  Events,
  type Interaction,
  MessageFlags,
  type ModalSubmitInteraction,
} from "discord.js";
import { toErrorMessage } from "../../../base/errors.ts";
import type { Log } from "../../../base/log.ts";
import type { Press, Presses, Told } from "../../../rooms/platform/presses.ts";
import { DISCORD_CODES, discordCodeOf } from "../api/discord-error.ts";
import { fromButtonId } from "../../buttons.ts";
import { roomOf } from "../events/room-of.ts";
import { toWhyButton } from "./discord-buttons.ts";
import { REASON, toReasonForm } from "./reason-form.ts";

type Parts = {
  presses: Presses;
  log: Log;
  /** How long a 👎 may take to be stored before it is acknowledged without its form. */
  formWithinMs?: number;
};
type Pressed = ButtonInteraction | ModalSubmitInteraction;

const AGAIN = "That did not work just now. Press it again in a minute.";
const SEND_AGAIN = "That could not be stored just now. Press 👎 twice and send it again.";
/** Discord waits three seconds, the way there and back included. */
const FORM_WITHIN_MS = 1500;

/** Lets presses of the product's buttons in, and the forms they open; each is acknowledged in time. */
export function listenForPresses(client: Client, parts: Parts): void {
  client.on(Events.InteractionCreate, (interaction: Interaction) => {
    void deal(interaction, parts).catch((error: unknown) => {
      // Another process of the product was faster: it deals with the press.
      if (discordCodeOf(error) === DISCORD_CODES.alreadyAcknowledged) return;
      parts.log.warn({ error: toErrorMessage(error) }, "discord: a press failed");
    });
  });
}

async function deal(interaction: Interaction, parts: Parts): Promise<void> {
  if (!interaction.isButton() && !interaction.isModalSubmit()) return;
  const button = fromButtonId(interaction.customId);
  if (!button) return;
  if (interaction.isModalSubmit()) {
    if (button.kind === "why") await explain(interaction, button.messageId, parts);
  } else if (button.kind === "why") {
    await interaction.showModal(toReasonForm(button.messageId));
  } else if (button.kind === "feedback" && button.verdict === "bad") {
    await judgeBad(interaction, { ...toPress(interaction), button }, parts);
  } else {
    await acknowledge(interaction);
    const told = await tryPress({ ...toPress(interaction), button }, parts);
    if (told) await tell(interaction, told);
  }
}

/**
 * Discord shows a form as the first answer to a press and never later. So the verdict is stored first,
 * as far as that is quick; else the press is acknowledged, and a button offers the form. Every process
 * of the bot does this, and stores the same press once.
 */
async function judgeBad(interaction: ButtonInteraction, press: Press, parts: Parts): Promise<void> {
  const pressing = tryPress(press, parts);
  const late = sleep(parts.formWithinMs ?? FORM_WITHIN_MS, "late" as const, { ref: false });
  const soon = await Promise.race([pressing, late]);
  if (soon !== "late" && soon?.mayExplain) {
    await interaction.showModal(toReasonForm(press.messageId));
    return;
  }
  await acknowledge(interaction);
  const told = await pressing;
  if (told) await tell(interaction, told, press.messageId);
}

async function explain(
  interaction: ModalSubmitInteraction,
  messageId: string,
  { presses, log }: Parts,
): Promise<void> {
  await acknowledge(interaction);
  const reason = interaction.fields.getTextInputValue(REASON);
  if (reason.trim() === "") return;
  const { roomKey, person } = toPress(interaction);
  const words = await presses
    .explain({ roomKey, person, messageId, reason })
    .catch((error: unknown) => {
      log.warn({ error: toErrorMessage(error) }, "discord: a reason was not stored");
      return SEND_AGAIN;
    });
  await tell(interaction, { words });
}

function tryPress(press: Press, { presses, log }: Parts): Promise<Told | undefined> {
  return presses.press(press).catch((error: unknown) => {
    log.warn({ error: toErrorMessage(error) }, "discord: a press failed");
    return { words: AGAIN };
  });
}

async function tell(interaction: Pressed, told: Told, messageId?: string): Promise<void> {
  const offersForm = told.mayExplain === true && messageId !== undefined;
  await interaction.followUp({
    content: told.words,
    flags: MessageFlags.Ephemeral,
    allowedMentions: { parse: [] },
    ...(offersForm && { components: toWhyButton(messageId) }),
  });
}

/** Throws where another process of the product was faster; any other fault does not stop the press. */
async function acknowledge(interaction: Pressed): Promise<void> {
  try {
    await interaction.deferUpdate();
  } catch (error) {
    if (discordCodeOf(error) === DISCORD_CODES.alreadyAcknowledged) throw error;
  }
}

function toPress(interaction: Pressed) {
  return {
    id: `discord:${interaction.id}`,
    roomKey: roomOf(placeOf(interaction)),
    messageId: interaction.message?.id ?? "",
    person: { externalId: interaction.user.id, name: nameOf(interaction) },
  };
}

function placeOf({ guildId, channelId, channel }: Pressed) {
  const at = channelId ?? "";
  if (guildId === null) return { channel: at };
  const parent = channel?.isThread() ? (channel.parentId ?? undefined) : undefined;
  return { guild: guildId, channel: at, parent };
}

function nameOf({ member, user }: Pressed): string {
  const own = user.globalName ?? user.username;
  if (!member) return own;
  return ("displayName" in member ? member.displayName : member.nick) ?? own;
}
