import type { PostedQuestion } from "../../../rooms/platform/chat-platform.ts";
import type { Button } from "../../../rooms/platform/presses.ts";
import { splitMessage } from "../../rich-text/split-message.ts";
import { toButtonId, toDecisions } from "../../buttons.ts";
import type { ReplyPart } from "../reply/reply-parts.ts";

const MOST_BLOCKS = 50;
const SECTION_CHARACTERS = 3000;

/** The message with the two buttons of a question below it. */
export function withDecision(
  part: ReplyPart,
  id: string,
  about: PostedQuestion["about"],
): ReplyPart {
  const { yes, no, noLabel } = toDecisions(id, about);
  return withButtons(part, [toButton(yes, "Approve", "primary"), toButton(no, noLabel, "danger")]);
}

/** The message with 👍 and 👎 below it. */
export function withFeedback(part: ReplyPart): ReplyPart {
  return withButtons(part, toFeedbackBlock().elements);
}

/** 👍 and 👎 alone, for what stands below a message of other making. */
export function toFeedbackBlock() {
  const elements = [
    toButton({ kind: "feedback", verdict: "good" }, "👍"),
    toButton({ kind: "feedback", verdict: "bad" }, "👎"),
  ];
  return { type: "actions", elements };
}

/** A few words with the button that opens the form which asks why. */
export function withWhy(text: string, messageId: string): ReplyPart {
  return withButtons({ text, blocks: [] }, [toButton({ kind: "why", messageId }, "Say why")]);
}

/** Words that come as text alone stand in sections, since Slack shows blocks in place of the text. */
export function inSections({ text }: ReplyPart): ReplyPart {
  const sections = splitMessage(text, { limit: SECTION_CHARACTERS }).map((piece) => ({
    type: "section",
    // Else Slack folds long ones.
    expand: true,
    text: { type: "mrkdwn", text: piece },
  }));
  return { text, blocks: sections };
}

function withButtons(part: ReplyPart, elements: object[]): ReplyPart {
  const { text, blocks } = part.blocks.length > 0 ? part : inSections(part);
  if (blocks.length >= MOST_BLOCKS) return part;
  return { text, blocks: [...blocks, { type: "actions", elements }] };
}

function toButton(button: Button, label: string, style?: "primary" | "danger"): object {
  const id = toButtonId(button);
  return {
    type: "button",
    action_id: id,
    value: id,
    text: { type: "plain_text", text: label, emoji: true },
    ...(style && { style }),
  };
}
