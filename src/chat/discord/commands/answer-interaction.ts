import {
  type APIActionRowComponent,
  type APIStringSelectComponent,
  ComponentType,
  MessageFlags,
} from "discord.js";
import { type OpenCommand, toChoiceKey } from "../../commands/choice-key.ts";
import type { Answer } from "../../commands/command.ts";
import type {
  Asked,
  Deferral,
  InteractionCalls,
  InteractionMessage,
} from "../api/interaction-calls.ts";
import { cutToUnits } from "../cut-to-units.ts";
import { toFiles } from "../reply/message-body.ts";
import { toReplyParts } from "../reply/reply-parts.ts";

type Said = {
  answer: Answer;
  open: Omit<OpenCommand, "option" | "values">;
  /** Whether it is acknowledged already, and how it is where it is not. */
  deferred: boolean;
  as: Deferral;
};

const MOST_OPTIONS = 25;
const LONGEST_LABEL = 100;
const DONE = "Done; everybody here can read it.";

/**
 * Says the answer to a command: by the first answer itself or, where the command is acknowledged, in
 * place of the sign that the bot is thinking, which only the person sees; what concerns the room is a
 * message for all.
 */
export async function answerInteraction(
  calls: InteractionCalls,
  asked: Asked,
  { answer, open, deferred, as }: Said,
): Promise<void> {
  const forRoom = answer.to === "room";
  const [first, ...more] = toMessages(answer, open);
  if (!first) return;
  if (!forRoom) {
    if (deferred || !(await calls.answer(asked, as, first))) await calls.edit(asked, first);
  } else if (deferred || as === "update" || !(await isSaid(calls, asked, first))) {
    const done = { data: { content: DONE, components: [], ...NO_MENTIONS } };
    if (deferred || !(await calls.answer(asked, as, done))) await calls.edit(asked, done);
    more.unshift(first);
  }
  for (const message of more) await calls.followUp(asked, message);
}

/** Says something to all as the first answer; false where somebody else has acknowledged, for the person alone. */
async function isSaid(
  calls: InteractionCalls,
  asked: Asked,
  message: InteractionMessage,
): Promise<boolean> {
  if (await calls.answer(asked, "reply", message)) return true;
  // An attempt whose response was lost may have said it.
  const { flags = 0 } = await calls.original(asked);
  return (flags & MessageFlags.Ephemeral) === 0;
}

const NO_MENTIONS = { allowed_mentions: { parse: [] } };

function toMessages(
  { text, to, choose }: Answer,
  open: Omit<OpenCommand, "option" | "values">,
): InteractionMessage[] {
  const flags = to === "room" ? {} : { flags: MessageFlags.Ephemeral };
  return toReplyParts(text, undefined).map((part, index) => ({
    data: {
      content: part.content,
      components: index === 0 && choose ? toMenu(open, choose) : [],
      ...flags,
      ...NO_MENTIONS,
    },
    files: toFiles(part),
  }));
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

/** In one line, at most as long as Discord allows. */
export function toLabel(text: string, longest: number = LONGEST_LABEL): string {
  return cutToUnits(text.replace(/\s+/g, " ").trim() || "?", longest);
}
