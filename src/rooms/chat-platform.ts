import type { Platform } from "./workspace.ts";

/** Where a reply goes and for whom, in the platform's own ids. */
export type ReplyAddress = {
  workspace: string;
  channel: string;
  /** The thread to answer in; where it does not exist yet, it is begun at the message of that id. */
  thread?: string;
  /** The message that asked. */
  replyTo: string;
  /** Who asked: mentioned on the first part, the recipient of private words. */
  person?: string;
  agent: { slug: string; name: string };
};

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
  finish(markdown: string): Promise<string[]>;
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
  /** Shows that the agent works, with a few words on what; an empty text ends it. Never rejects. */
  showStatus(address: ReplyAddress, text: string): void;
  /** Tells the person alone where the platform can, else the room. */
  tellPrivately(address: ReplyAddress, text: string): Promise<void>;
  close(): Promise<void>;
};

export type ChatPlatforms = ReadonlyMap<Platform, ChatPlatform>;
