import {
  type APIActionRowComponent,
  type APIButtonComponent,
  ButtonStyle,
  ComponentType,
} from "discord.js";
import type { PostedQuestion } from "../../../rooms/platform/chat-platform.ts";
import type { Button } from "../../../rooms/platform/presses.ts";
import { toButtonId, toDecisions } from "../../buttons.ts";

export type ButtonRow = APIActionRowComponent<APIButtonComponent>;

type Face = { label?: string; emoji?: string };

/** The two buttons below a question. */
export function toDecisionButtons(id: string, about: PostedQuestion["about"]): ButtonRow[] {
  const { yes, no, noLabel } = toDecisions(id, about);
  return toRow([
    toButton(yes, ButtonStyle.Success, { label: "Approve" }),
    toButton(no, ButtonStyle.Danger, { label: noLabel }),
  ]);
}

/** 👍 and 👎, below an answer. */
export const FEEDBACK_BUTTONS: readonly ButtonRow[] = toRow([
  toButton({ kind: "feedback", verdict: "good" }, ButtonStyle.Secondary, { emoji: "👍" }),
  toButton({ kind: "feedback", verdict: "bad" }, ButtonStyle.Secondary, { emoji: "👎" }),
]);

/** The button that opens the form which asks why. */
export function toWhyButton(messageId: string): ButtonRow[] {
  return toRow([toButton({ kind: "why", messageId }, ButtonStyle.Secondary, { label: "Say why" })]);
}

function toRow(components: APIButtonComponent[]): ButtonRow[] {
  return [{ type: ComponentType.ActionRow, components }];
}

function toButton(
  button: Button,
  style: ButtonStyle.Success | ButtonStyle.Danger | ButtonStyle.Secondary,
  { label, emoji }: Face,
): APIButtonComponent {
  return {
    type: ComponentType.Button,
    style,
    custom_id: toButtonId(button),
    ...(label !== undefined && { label }),
    ...(emoji !== undefined && { emoji: { name: emoji } }),
  };
}
