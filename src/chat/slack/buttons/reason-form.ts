import { z } from "zod";
import { LONGEST_REASON } from "../../../turns/feedback/to-reason.ts";

/** Where the answer stands that a form asks about. */
export type AnswerPlace = { channel: string; thread?: string | undefined; messageId: string };

const REASON_CALLBACK = "feedback_why";

const BLOCK = "why";
const ACTION = "text";

const id = z.string().regex(/^[A-Z][A-Z0-9]{1,40}$/);
const ts = z.string().regex(/^\d{1,20}\.\d{1,10}$/);
const Private = z.object({ channel: id, thread: ts.optional(), messageId: ts });
const Submitted = z.object({
  type: z.literal("view_submission"),
  team: z.object({ id }),
  user: z.object({ id, name: z.string().optional() }),
  view: z.object({
    callback_id: z.literal(REASON_CALLBACK),
    app_installed_team_id: id.nullish(),
    private_metadata: z.string(),
    state: z.object({
      values: z.object({
        [BLOCK]: z.object({ [ACTION]: z.object({ value: z.string().nullish() }) }),
      }),
    }),
  }),
});

/** The modal that asks why an answer was bad. Closed without words, the 👎 stays as it was given. */
export function toReasonForm(place: AnswerPlace): object {
  const words = (text: string) => ({ type: "plain_text", text });
  return {
    type: "modal",
    callback_id: REASON_CALLBACK,
    private_metadata: JSON.stringify(place),
    title: words("Noted as bad"),
    submit: words("Send"),
    close: words("Skip"),
    blocks: [
      {
        type: "input",
        block_id: BLOCK,
        optional: true,
        label: words("What was bad about it?"),
        element: {
          type: "plain_text_input",
          action_id: ACTION,
          multiline: true,
          max_length: LONGEST_REASON,
        },
      },
    ],
  };
}

/** A form that came back; undefined for any other request. */
export function readReasonForm(body: unknown) {
  const { success, data } = Submitted.safeParse(body);
  if (!success) return undefined;
  const { team, user, view } = data;
  const place = Private.safeParse(parseJson(view.private_metadata));
  if (!place.success) return undefined;
  const reason = view.state.values[BLOCK][ACTION].value ?? "";
  const teamId = view.app_installed_team_id ?? team.id;
  return { teamId, user: user.id, name: user.name, place: place.data, reason };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
