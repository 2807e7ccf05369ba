import type { MessageFile } from "./message-file.ts";
import type { Platform } from "./workspace.ts";

/** Where a reply goes and for whom, in the platform's own ids. */
export type ReplyAddress = {
  workspace: string;
  channel: string;
  /** The thread to answer in; where it does not exist yet, it is begun at the message of that id. */
  thread?: string;
  /** The message that asked. */
  replyTo: string;
  /** What that message says, in plain words. */
  asked?: string;
  /** Who asked: mentioned on the first part, the recipient of private words. */
  person?: string;
  /** `avatar` is an https address, or the name of an emoji between colons. */
  agent: { slug: string; name: string; avatar?: string };
  /**
   * Several agents share the place, or this one has a picture: where the platform can, it speaks under
   * its own name.
   */
  persona?: boolean;
  /** One of those others has the same name. */
  namesake?: boolean;
};

/** Where private words go; the app itself says them where no agent does. */
export type PrivateAddress = Omit<ReplyAddress, "agent"> & Partial<Pick<ReplyAddress, "agent">>;

/** How platforms differ, as data. */
type PlatformTraits = {
  /**
   * False where the room's own table is what people see (the console): a reply is posted by recording
   * it. True where posting is a call that can be lost, so that it needs a delivery row before it.
   */
  needsOutbox: boolean;
  /** The most characters of one message; longer replies are split. */
  messageCharacters: number;
  /** A reply of more parts than this becomes a file. */
  mostParts: number;
  /** A first sign can be taken back, so that it may be shown on a guess. */
  signsPass: boolean;
};

/** A reply that becomes visible while it is written. */
export type ReplyDraft = {
  /** Shows the reply as far as it is known, as Markdown; coalesced, never rejects, never blocks. */
  show(markdown: string): void;
  /**
   * Makes the whole reply visible, exactly once, and answers the ids of its messages, first part
   * first. Passing faults (429, a lost response) are settled inside; what stays is an `AppError`:
   * `UNAVAILABLE` may pass later, `FORBIDDEN` and `NOT_FOUND` will not (channel gone, token revoked).
   */
  finish(markdown: string, options?: { feedbackButtons?: boolean }): Promise<string[]>;
  /**
   * Shows nothing more from now on: somebody else may continue this delivery. What is visible stays.
   */
  abandon(): void;
  /** Abandons the reply and removes what it has shown, as far as that can be done. Never rejects. */
  retract(): Promise<void>;
};

/**
 * A question with two buttons: Approve and Decline for what an agent wants to do, Approve and Dismiss for
 * a suggested improvement. `resumed` says that it may be visible already.
 */
export type PostedQuestion = {
  question: string;
  resumed: boolean;
  about?: "approval" | "improvement";
};

/**
 * A platform as those who answer see it. Its messages come in through its own door.
 *
 * Contract: any process may call any member at any time, nothing depends on one process's memory.
 * A delivery id makes a reply unique: `openReply` with an id that has visible messages continues
 * those, so that a crash between posting and recording doubles nothing. The platform retries what can
 * pass; callers do not. Nothing a model wrote can mention a whole room.
 */
export type ChatPlatform = {
  readonly platform: Platform;
  readonly traits: PlatformTraits;
  openReply(address: ReplyAddress, deliveryId: string, options: { resumed: boolean }): ReplyDraft;
  /**
   * A first sign that somebody will answer. Whoever answers shows more. Calling what it returns takes
   * the sign back, where signs pass. Never rejects.
   */
  greet(place: Omit<ReplyAddress, "agent">): () => void;
  /** Shows that the agent works, with a few words on what; an empty text ends it. Never rejects. */
  showStatus(address: ReplyAddress, text: string): void;
  /**
   * Reads a file of a message, with the workspace's token where it needs one, and from the platform's
   * own hosts only, wherever the message says that it is. `messageId` is the platform's own: an address
   * that has run out is asked for anew. Rejects with an `AppError` that says why in half a sentence;
   * `UNAVAILABLE` may pass later.
   */
  readFile(
    workspace: string,
    file: MessageFile,
    options: { messageId: string; mostBytes: number; signal: AbortSignal },
  ): Promise<Buffer>;
  /**
   * Posts a question as Markdown with its two buttons, once per id of what is decided, and answers its
   * message's id. Errors are those of `finish`.
   */
  ask(address: ReplyAddress, approvalId: string, posted: PostedQuestion): Promise<string>;
  /** Replaces a question and its buttons by how it ended; safe to repeat. A lost message is no error. */
  closeQuestion(address: ReplyAddress, messageId: string, outcome: string): Promise<void>;
  /**
   * Shows the person words in the room that nobody else sees; false where that cannot be done there.
   * They may be shown twice where a process dies in between. Errors are those of `finish`.
   */
  tellAlone(address: PrivateAddress, text: string): Promise<boolean>;
  /** Tells the person alone where the platform can, else the room. */
  tellPrivately(address: PrivateAddress, text: string): Promise<void>;
  /**
   * Why nothing can be said in a workspace for good, in words that tell an operator what to do;
   * undefined where something can. Never rejects.
   */
  closedReason(workspace: string): Promise<string | undefined>;
  /**
   * Gives up what the workspace let the product do; resolves also where that was over before. An
   * `UNAVAILABLE` error where the platform cannot be reached.
   */
  leave(workspace: string): Promise<void>;
  close(): Promise<void>;
};

export type ChatPlatforms = ReadonlyMap<Platform, ChatPlatform>;
