import { isId } from "../base/ids.ts";
import type { PostedQuestion } from "../rooms/platform/chat-platform.ts";
import type { Button } from "../rooms/platform/presses.ts";

const PREFIX = "troupe";
/** As Slack and Discord name messages. */
const MESSAGE_ID = /^\d{1,20}(?:\.\d{1,10})?$/;

/** The name of a button on every platform; `fromButtonId` reads it back. */
export function toButtonId(button: Button): string {
  switch (button.kind) {
    case "approval":
      return `${PREFIX}:${button.approve ? "approve" : "decline"}:${button.approvalId}`;
    case "improvement":
      return `${PREFIX}:${button.approve ? "improve" : "dismiss"}:${button.improvementId}`;
    case "feedback":
      return `${PREFIX}:feedback:${button.verdict}`;
    case "why":
      return `${PREFIX}:why:${button.messageId}`;
  }
}

/** The product's button of that name; undefined for what is somebody else's or malformed. */
export function fromButtonId(id: string): Button | undefined {
  const [prefix, what, value = "", ...rest] = id.split(":");
  if (prefix !== PREFIX || rest.length > 0) return undefined;
  if (what === "feedback" && (value === "good" || value === "bad")) {
    return { kind: "feedback", verdict: value };
  }
  if (what === "why" && MESSAGE_ID.test(value)) return { kind: "why", messageId: value };
  return isId(value) ? fromDecision(what, value) : undefined;
}

function fromDecision(what: string | undefined, id: string): Button | undefined {
  switch (what) {
    case "approve":
    case "decline":
      return { kind: "approval", approvalId: id, approve: what === "approve" };
    case "improve":
    case "dismiss":
      return { kind: "improvement", improvementId: id, approve: what === "improve" };
    default:
      return undefined;
  }
}

/** The two buttons of a question, which says what its id is of. */
export function toDecisions(
  id: string,
  about: PostedQuestion["about"] = "approval",
): { yes: Button; no: Button; noLabel: string } {
  const of = (approve: boolean): Button =>
    about === "approval"
      ? { kind: "approval", approvalId: id, approve }
      : { kind: "improvement", improvementId: id, approve };
  return { yes: of(true), no: of(false), noLabel: about === "approval" ? "Decline" : "Dismiss" };
}
