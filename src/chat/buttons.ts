import { isId } from "../base/ids.ts";
import type { Button } from "../rooms/presses.ts";

const PREFIX = "troupe";
/** As Slack and Discord name messages. */
const MESSAGE_ID = /^\d{1,20}(?:\.\d{1,10})?$/;

/** The name of a button on every platform; `fromButtonId` reads it back. */
export function toButtonId(button: Button): string {
  switch (button.kind) {
    case "approval":
      return `${PREFIX}:${button.approve ? "approve" : "decline"}:${button.approvalId}`;
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
  if ((what === "approve" || what === "decline") && isId(value)) {
    return { kind: "approval", approvalId: value, approve: what === "approve" };
  }
  return undefined;
}
