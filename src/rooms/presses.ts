import type { Writer } from "./ingress.ts";

/** The product's own buttons. */
export type Button =
  | { kind: "approval"; approvalId: string; approve: boolean }
  | { kind: "feedback"; verdict: "good" | "bad" };

/** A press of one of the product's buttons, as a platform's door tells it. */
export type Press = {
  /** The platform's own id of this press: the same one again counts once. */
  id: string;
  roomKey: string;
  /** The platform's id of the message with the button. */
  messageId: string;
  person: Writer;
  button: Button;
};

/** Where doors hand in what people press. Who may do it is decided there, not in the door. */
export type Presses = {
  /** Resolves with what to tell the person alone; undefined where the room sees it anyway. */
  press(press: Press): Promise<string | undefined>;
};
