import type { Clock } from "../../../base/clock.ts";
import type { Log } from "../../../base/log.ts";
import { createSpool } from "../../../spool/spool.ts";
import type { SlackInbox } from "./slack-inbox.ts";

export type SpooledInbox = SlackInbox & {
  /** Takes up the events that ended processes left. */
  open(): Promise<void>;
  close(): Promise<void>;
};

/** Where events are kept that Slack shall not wait for, and how long it waits before. */
export type EventSpool = { folder: string; patienceMs: number };

/**
 * Keeps events in a folder, so that Slack need not wait for the database, however slow that is, and what
 * was acknowledged outlives this process. Commands and presses are answered, and pass.
 */
export function createSpooledInbox(
  inbox: SlackInbox,
  options: EventSpool & { clock: Clock; log: Log },
): SpooledInbox {
  const spool = createSpool({ ...options, handle: (body) => inbox.accept(body) });
  return {
    accept: (body) => (isEvent(body) ? spool.accept(body) : inbox.accept(body)),
    async idle() {
      await spool.idle();
      await inbox.idle();
    },
    open: () => spool.open(),
    async close() {
      await spool.close();
      await inbox.idle();
    },
  };
}

function isEvent(body: unknown): boolean {
  return (body as { type?: unknown } | null)?.type === "event_callback";
}
