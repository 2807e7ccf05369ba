import {
  type APIModalInteractionResponseCallbackData,
  ComponentType,
  TextInputStyle,
} from "discord.js";
import { LONGEST_REASON } from "../../../turns/feedback/to-reason.ts";
import { toButtonId } from "../../buttons.ts";

/** The field of the form. */
export const REASON = "reason";

/** The modal that asks why an answer was bad. Closed without words, the 👎 stays as it was given. */
export function toReasonForm(messageId: string): APIModalInteractionResponseCallbackData {
  return {
    title: "Noted as bad",
    custom_id: toButtonId({ kind: "why", messageId }),
    components: [
      {
        type: ComponentType.Label,
        label: "What was bad about it?",
        component: {
          type: ComponentType.TextInput,
          custom_id: REASON,
          style: TextInputStyle.Paragraph,
          required: false,
          max_length: LONGEST_REASON,
        },
      },
    ],
  };
}
