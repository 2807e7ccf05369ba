import { z } from "zod";
import type { CommandOption } from "../../commands/command.ts";
import { fromChoiceKey, type OpenCommand, toChoiceKey } from "../../commands/choice-key.ts";
import type { AnswerTarget } from "./answer-command.ts";

export const FORM_CALLBACK = "command_form";

const LONGEST_TITLE = 24;
const LONGEST_ANSWER = 2000;
const TEXT = "text";

const Private = z.object({
  key: z.string(),
  channel: z.string(),
  responseUrl: z.string().optional(),
});
const Submitted = z.object({
  view: z.object({
    private_metadata: z.string(),
    state: z.object({
      values: z.record(z.string(), z.record(z.string(), z.object({ value: z.string().nullish() }))),
    }),
  }),
});

/** The modal that asks for an option which was left out; undefined where it cannot carry the command. */
export function toForm(
  open: OpenCommand,
  { question, description }: CommandOption,
  { channel, responseUrl }: Omit<AnswerTarget, "user">,
): object | undefined {
  const key = toChoiceKey(open);
  if (key === undefined) return undefined;
  const words = (text: string) => ({ type: "plain_text", text });
  return {
    type: "modal",
    callback_id: FORM_CALLBACK,
    private_metadata: JSON.stringify({ key, channel, responseUrl }),
    title: words(`/${open.command}`.slice(0, LONGEST_TITLE)),
    submit: words("Send"),
    close: words("Cancel"),
    blocks: [
      {
        type: "input",
        block_id: open.option,
        optional: true,
        label: words(question?.text ?? description),
        element: {
          type: "plain_text_input",
          action_id: TEXT,
          multiline: true,
          max_length: LONGEST_ANSWER,
        },
      },
    ],
  };
}

/** A form that came back: the command with the value that it asked for, and where to answer. */
export function readForm(
  body: unknown,
): (OpenCommand & { place: Omit<AnswerTarget, "user"> }) | undefined {
  const submitted = Submitted.safeParse(body);
  if (!submitted.success) return undefined;
  const { private_metadata: metadata, state } = submitted.data.view;
  const known = Private.safeParse(parseJson(metadata));
  const open = known.success ? fromChoiceKey(known.data.key) : undefined;
  if (!known.success || !open) return undefined;
  const value = state.values[open.option]?.[TEXT]?.value?.trim();
  const values = value ? { ...open.values, [open.option]: value } : open.values;
  const { channel, responseUrl } = known.data;
  return { ...open, values, place: { channel, responseUrl } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
