import type { Writer } from "./ingress.ts";

/** The product's own buttons. */
export type Button =
  | { kind: "approval"; approvalId: string; approve: boolean }
  | { kind: "feedback"; verdict: "good" | "bad" }
  /** Decides on a suggested improvement. */
  | { kind: "improvement"; improvementId: string; approve: boolean }
  /** Opens the form that asks why an answer was bad; its message is the answer's. */
  | { kind: "why"; messageId: string };

/** A press of one of the product's buttons, as a platform's door tells it. */
export type Press = {
  /** The platform's own id of this press: the same one again counts once. */
  id: string;
  roomKey: string;
  /** The platform's id of the message with the button. */
  messageId: string;
  person: Writer;
  button: Exclude<Button, { kind: "why" }>;
};

/** What a press is answered with, to the person alone; a 👎 that was given may be explained. */
export type Told = { words: string; mayExplain?: true };

/** The words of a form that asked why an answer was bad. */
export type Explanation = Omit<Press, "id" | "button"> & { reason: string };

/** Where doors hand in what people press. Who may do it is decided there, not in the door. */
export type Presses = {
  /** Resolves with what to tell the person alone; undefined where the room sees it anyway. */
  press(press: Press): Promise<Told | undefined>;
  /** Keeps why the person's own 👎 was given, and resolves with what to tell them. */
  explain(explanation: Explanation): Promise<string>;
};
