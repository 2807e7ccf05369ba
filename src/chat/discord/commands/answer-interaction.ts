import {
  type APIActionRowComponent,
  type APIStringSelectComponent,
  type CommandInteraction,
  type MessageComponentInteraction,
  type ModalSubmitInteraction,
  ComponentType,
  MessageFlags,
} from "discord.js";
import { type OpenCommand, toChoiceKey } from "../../commands/choice-key.ts";
import type { Answer } from "../../commands/command.ts";
import { parseMarkdown } from "../../rich-text/parse-markdown.ts";
import { splitMessage } from "../../rich-text/split-message.ts";
import { toDiscord } from "../../rich-text/to-discord.ts";
import { MESSAGE_CHARACTERS } from "../reply/reply-parts.ts";

export type Answerable = CommandInteraction | MessageComponentInteraction | ModalSubmitInteraction;

const MOST_OPTIONS = 25;
const LONGEST_LABEL = 100;
const MOST_PARTS = 5;
const DONE = "Done; everybody here can read it.";
const NO_MENTIONS = { allowedMentions: { parse: [] } };

/**
 * Says the answer in place of the sign that the bot is thinking, which only the person sees; what
 * concerns the room is a message of its own for all.
 */
export async function answerInteraction(
  interaction: Answerable,
  { answer, open }: { answer: Answer; open: Omit<OpenCommand, "option" | "values"> },
): Promise<void> {
  const text = toDiscord(parseMarkdown(answer.text));
  const parts = splitMessage(text, { limit: MESSAGE_CHARACTERS }).slice(0, MOST_PARTS);
  if (answer.to === "room") {
    await interaction.editReply({ content: DONE, components: [], ...NO_MENTIONS });
    for (const content of parts) await interaction.followUp({ content, ...NO_MENTIONS });
    return;
  }
  const [content = "", ...more] = parts;
  const components = answer.choose ? toMenu(open, answer.choose) : [];
  await interaction.editReply({ content, components, ...NO_MENTIONS });
  for (const part of more) {
    await interaction.followUp({
      content: part,
      flags: MessageFlags.Ephemeral,
      ...NO_MENTIONS,
    });
  }
}

function toMenu(
  { command, action }: Omit<OpenCommand, "option" | "values">,
  { option, placeholder, choices, values }: NonNullable<Answer["choose"]>,
): APIActionRowComponent<APIStringSelectComponent>[] {
  const key = toChoiceKey({ command, action, option, values });
  if (key === undefined) return [];
  const menu: APIStringSelectComponent = {
    type: ComponentType.StringSelect,
    custom_id: key,
    placeholder,
    options: choices.slice(0, MOST_OPTIONS).map(({ value, label }) => ({
      value,
      label: toLabel(label),
    })),
  };
  return [{ type: ComponentType.ActionRow, components: [menu] }];
}

/** At most as long as Discord allows, in UTF-16 units, without half a letter at the end. */
export function toLabel(text: string): string {
  const line = text.replace(/\s+/g, " ").trim() || "?";
  let label = "";
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    if (label.length + segment.length > LONGEST_LABEL) break;
    label += segment;
  }
  return label || line.slice(0, LONGEST_LABEL).toWellFormed();
}
