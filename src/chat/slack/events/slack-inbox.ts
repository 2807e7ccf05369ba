import { z } from "zod";
import { AppError, type ErrorCode } from "../../../base/errors.ts";
import type { Log } from "../../../base/log.ts";
import { createChannelLanes } from "./channel-lanes.ts";
import type { SlackInteractions } from "../transport/slack-interactions.ts";

/** Takes what Slack sends, over whichever transport. */
export type SlackInbox = {
  /**
   * Resolves with what to answer once the request is dealt with for good, and only then may it be
   * acknowledged. A rejection means that Slack should send it again.
   */
  accept(body: unknown): Promise<unknown>;
  /** Resolves when nothing is being dealt with. */
  idle(): Promise<void>;
};

type Parts = {
  handle: (event: unknown) => Promise<void>;
  /** Who deals with what is no event, asked in turn. */
  interactions: readonly SlackInteractions[];
  log: Log;
};

const EventCallback = z.object({
  type: z.literal("event_callback"),
  event_id: z.string(),
  event: z.looseObject({
    type: z.string(),
    event_ts: z.string().optional().catch(undefined),
    channel: z.string().optional().catch(undefined),
    item: z.looseObject({ channel: z.string() }).optional().catch(undefined),
  }),
});

/** Sent again, these would fail again. */
const LASTING: ReadonlySet<ErrorCode> = new Set(["INVALID", "FORBIDDEN", "NOT_FOUND"]);

/**
 * Takes the requests of one workspace. The events of one channel are dealt with in turn: two sockets may swap what comes
 * at once.
 */
export function createSlackInbox({ handle, interactions, log }: Parts): SlackInbox {
  const underWay = new Map<string, Promise<void>>();
  const lanes = createChannelLanes();

  async function handleOnce(type: string, event: unknown): Promise<void> {
    try {
      await handle(event);
    } catch (error) {
      if (!(error instanceof AppError) || !LASTING.has(error.code)) throw error;
      log.warn({ type, error: error.message }, "slack event is left alone");
    }
  }

  /** A redelivery that comes while the event is still under way waits for the same end. */
  function acceptEvent({ event_id, event }: z.infer<typeof EventCallback>): Promise<void> {
    const running = underWay.get(event_id);
    if (running) return running;
    const channel = event.channel ?? event.item?.channel ?? "";
    const work = () => handleOnce(event.type, event);
    const mine = lanes
      .run(channel, Number(event.event_ts), work)
      .finally(() => underWay.delete(event_id));
    underWay.set(event_id, mine);
    return mine;
  }

  return {
    async accept(body) {
      const callback = EventCallback.safeParse(body);
      if (callback.success) return acceptEvent(callback.data);
      for (const part of interactions) {
        const taken = part.take(body);
        if (taken) return taken.response;
      }
      const { type } = (body ?? {}) as { type?: unknown };
      log.debug({ type: String(type) }, "slack request without meaning here");
    },
    async idle() {
      await Promise.allSettled(underWay.values());
      await Promise.all(interactions.map((part) => part.idle()));
    },
  };
}
