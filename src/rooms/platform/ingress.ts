import type { EditedMessage } from "../messages/change-message.ts";
import type { IncomingMessage } from "../messages/receive-message.ts";

type MessageRef = { roomKey: string; externalId: string };
export type Writer = { externalId: string; name: string };

/**
 * What a platform's door hands in. Each call is durable when it resolves, and only then may the door
 * acknowledge the event; a rejection means that the platform should send it again. Repeating a call
 * changes nothing.
 */
export type Ingress = {
  /**
   * A new message; one of a channel nobody spoke to the product in is left alone, and so is a bot's where
   * no agent answers bots.
   */
  message(incoming: IncomingMessage): Promise<void>;
  /** False where no such message is stored: then the edit has no effect. */
  edited(message: MessageRef, edited: EditedMessage): Promise<boolean>;
  deleted(message: MessageRef): Promise<void>;
  /** 👍 or 👎 on an answer, given or taken back. */
  reaction(
    answer: MessageRef,
    given: { person: Writer; verdict: "good" | "bad"; added: boolean },
  ): Promise<void>;
  /** All reactions on an answer were cleared, or those that say this of it. */
  cleared(answer: MessageRef, verdict: "good" | "bad" | undefined): Promise<void>;
  /**
   * Keys of the places whose keys begin so and in which agents answered in the last week; the liveliest
   * 50, the latest last.
   */
  livelyIn(under: string): Promise<string[]>;
  /** The newest message id known of a room's channel, for filling a gap; undefined for none. */
  newestSeen(roomKey: string): Promise<string | undefined>;
};
