import {
  type ButtonInteraction,
  type Client,
  DiscordAPIError,
  Events,
  type Interaction,
  MessageFlags,
} from "discord.js";
import { toErrorMessage } from "../../../base/errors.ts";
import type { Log } from "../../../base/log.ts";
import type { Presses } from "../../../rooms/presses.ts";
import { fromButtonId } from "../../buttons.ts";
import { roomOf } from "../events/room-of.ts";

const AGAIN = "That did not work just now. Press it again in a minute.";
const ACKNOWLEDGED = 40_060;

/** Lets presses of the product's buttons in. Each is acknowledged before anything is looked up. */
export function listenForPresses(
  client: Client,
  { presses, log }: { presses: Presses; log: Log },
): void {
  client.on(Events.InteractionCreate, (interaction: Interaction) => {
    if (!interaction.isButton()) return;
    void act(interaction, { presses, log }).catch((error: unknown) =>
      log.warn({ error: toErrorMessage(error) }, "discord: a press failed"),
    );
  });
}

async function act(
  interaction: ButtonInteraction,
  { presses, log }: { presses: Presses; log: Log },
): Promise<void> {
  const button = fromButtonId(interaction.customId);
  if (!button) return;
  if (!(await acknowledge(interaction))) return;
  const words = await presses
    .press({
      id: `discord:${interaction.id}`,
      roomKey: roomOf(placeOf(interaction)),
      messageId: interaction.message.id,
      person: { externalId: interaction.user.id, name: nameOf(interaction) },
      button,
    })
    .catch((error: unknown) => {
      log.warn({ error: toErrorMessage(error) }, "discord: a press failed");
      return AGAIN;
    });
  if (words === undefined) return;
  await interaction.followUp({
    content: words,
    flags: MessageFlags.Ephemeral,
    allowedMentions: { parse: [] },
  });
}

/** False where another process of the product was faster: it deals with the press. */
async function acknowledge(interaction: ButtonInteraction): Promise<boolean> {
  try {
    await interaction.deferUpdate();
    return true;
  } catch (error) {
    return !(error instanceof DiscordAPIError && Number(error.code) === ACKNOWLEDGED);
  }
}

function placeOf({ guildId, channelId, channel }: ButtonInteraction) {
  if (guildId === null) return { channel: channelId };
  const parent = channel?.isThread() ? (channel.parentId ?? undefined) : undefined;
  return { guild: guildId, channel: channelId, parent };
}

function nameOf({ member, user }: ButtonInteraction): string {
  const own = user.globalName ?? user.username;
  if (!member) return own;
  return ("displayName" in member ? member.displayName : member.nick) ?? own;
}
