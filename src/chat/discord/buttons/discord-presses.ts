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
import type { Explanation, Press, Presses, Told } from "../../../rooms/platform/presses.ts";
import { type Acknowledged, answerSoon } from "../api/answer-soon.ts";
import { DISCORD_CODES, discordCodeOf } from "../api/discord-error.ts";
import type { InteractionCalls, InteractionMessage } from "../api/interaction-calls.ts";
import { fromButtonId } from "../../buttons.ts";
import { roomKeyOf } from "../events/interaction-room.ts";
import { toWhyButton } from "./discord-buttons.ts";
import { REASON, toReasonForm } from "./reason-form.ts";

type Parts = { presses: Presses; calls: InteractionCalls; log: Log };
type Pressed = ButtonInteraction | ModalSubmitInteraction;

const AGAIN = "That did not work just now. Press it again in a minute.";
const SEND_AGAIN = "That could not be stored just now. Press 👎 twice and send it again.";

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
  } else if (button.kind === "feedback") {
    await judge(interaction, button, parts);
  } else {
    // A decision counts for the first process that makes it: that is the one that acknowledges.
    if (!(await acknowledge(interaction, parts))) return;
    const told = await tryPress(interaction, button, parts);
    if (told) await parts.calls.followUp(interaction, toWords(told));
  }
}

/**
 * Discord shows a form as the first answer to a press and never later. So the verdict is stored first,
 * as far as that is quick; else the press is acknowledged, and a button offers the form. Every process
 * of the bot does this, and stores the same press once.
 */
async function judge(
  interaction: ButtonInteraction,
  button: Press["button"],
  parts: Parts,
): Promise<void> {
  const { answer: told, acknowledged } = await answerSoon(interaction, {
    work: () => tryPress(interaction, button, parts),
    defer: () => acknowledge(interaction, parts),
  });
  const messageId = interaction.message.id;
  if (told?.mayExplain && acknowledged === "no") {
    await interaction.showModal(toReasonForm(messageId));
  } else await say(interaction, { told, acknowledged, messageId }, parts);
}

async function explain(
  interaction: ModalSubmitInteraction,
  messageId: string,
  parts: Parts,
): Promise<void> {
  const reason = interaction.fields.getTextInputValue(REASON);
  const { answer: told, acknowledged } = await answerSoon(interaction, {
    work: async () =>
      reason.trim() === "" ? undefined : tryExplain(interaction, { messageId, reason }, parts),
    defer: () => acknowledge(interaction, parts),
  });
  await say(interaction, { told, acknowledged }, parts);
}

async function tryExplain(
  interaction: Pressed,
  explanation: Pick<Explanation, "messageId" | "reason">,
  { presses, log }: Parts,
): Promise<Told> {
  try {
    const words = await presses.explain({ ...(await presserOf(interaction)), ...explanation });
    return { words };
  } catch (error) {
    log.warn({ error: toErrorMessage(error) }, "discord: a reason was not stored");
    return { words: SEND_AGAIN };
  }
}

async function tryPress(
  interaction: ButtonInteraction,
  button: Press["button"],
  { presses, log }: Parts,
): Promise<Told | undefined> {
  const { id, message } = interaction;
  try {
    const by = await presserOf(interaction);
    return await presses.press({ ...by, id: `discord:${id}`, messageId: message.id, button });
  } catch (error) {
    log.warn({ error: toErrorMessage(error) }, "discord: a press failed");
    return { words: AGAIN };
  }
}

type Said = { told: Told | undefined; acknowledged: Acknowledged; messageId?: string };

/** Says it as the first answer or after it, unless another process of the product says the same. */
async function say(
  interaction: Pressed,
  { told, acknowledged, messageId }: Said,
  parts: Parts,
): Promise<void> {
  const { calls } = parts;
  if (acknowledged === "elsewhere") return;
  if (acknowledged === "here") {
    if (told) await calls.followUp(interaction, toWords(told, messageId));
  } else if (told) await calls.answer(interaction, "reply", toWords(told));
  else await acknowledge(interaction, parts);
}

function toWords({ words, mayExplain }: Told, messageId?: string): InteractionMessage {
  const offersForm = mayExplain === true && messageId !== undefined;
  return {
    data: {
      content: words,
      flags: MessageFlags.Ephemeral,
      allowed_mentions: { parse: [] },
      ...(offersForm && { components: toWhyButton(messageId) }),
    },
  };
}

/** False where another process of the product was faster; no other fault stops the press. */
function acknowledge(interaction: Pressed, { calls }: Parts): Promise<boolean> {
  return calls.defer(interaction, "update").catch(() => true);
}

/** Who pressed, and where. */
async function presserOf(interaction: Pressed): Promise<Pick<Press, "person" | "roomKey">> {
  const { client, user } = interaction;
  return {
    roomKey: await roomKeyOf(client, interaction),
    person: { externalId: user.id, name: nameOf(interaction) },
  };
}

function nameOf({ member, user }: Pressed): string {
  const own = user.globalName ?? user.username;
  if (!member) return own;
  return ("displayName" in member ? member.displayName : member.nick) ?? own;
}
