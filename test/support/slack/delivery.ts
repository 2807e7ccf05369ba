import { setTimeout as sleep } from "node:timers/promises";
import { toEventBody } from "./event-json.ts";
import type { Json, Workspace, World } from "./world.ts";

export type Outgoing = {
  kind: "events_api" | "slash_commands" | "interactive";
  body: Json;
  acceptsResponse: boolean;
};

export type Retry = { attempt: number; reason: string };

/** How one attempt ended; `connection` names the socket or URL that it went to. */
export type Receipt =
  | { acked: true; latencyMs: number; response: unknown; connection: string }
  | { acked: false; reason: string; connection: string; final?: boolean };

/** A way to the app; resolves when the app has acknowledged or it is clear that it will not. */
export type Transport = { send(outgoing: Outgoing, retry: Retry | undefined): Promise<Receipt> };

/** An event on its way, with all its attempts so far. */
export type Delivery = {
  eventId: string;
  teamId: string;
  event: Json;
  body: Json;
  attempts: Receipt[];
  state: "pending" | "acked" | "lost";
};

export type DeliveryOptions = {
  /** Pauses before the first, second and third retry; Slack's own are 0, 60,000 and 300,000. */
  retryDelaysMs: readonly number[];
  /** Every n-th event is sent a second time although it was acknowledged; 0 for none. */
  redeliverEvery: number;
};

/** Sends events to the app and retries them as Slack does, until they are acknowledged or lost. */
export function createDelivery(world: World, options: DeliveryOptions, transport: () => Transport) {
  const deliveries: Delivery[] = [];
  const stopped = new AbortController();

  async function attempt(delivery: Delivery, retry?: Retry): Promise<Receipt> {
    const outgoing: Outgoing = {
      kind: "events_api",
      body: delivery.body,
      acceptsResponse: false,
    };
    const receipt = await transport().send(outgoing, retry);
    delivery.attempts.push(receipt);
    return receipt;
  }

  async function run(delivery: Delivery): Promise<void> {
    let receipt = await attempt(delivery);
    for (const [index, delayMs] of options.retryDelaysMs.entries()) {
      if (receipt.acked || receipt.final === true) break;
      await sleep(delayMs, undefined, { signal: stopped.signal });
      receipt = await attempt(delivery, { attempt: index + 1, reason: receipt.reason });
    }
    if (receipt.acked && isChosen(deliveries.indexOf(delivery))) {
      await attempt(delivery, { attempt: 1, reason: "timeout" });
    }
    delivery.state = receipt.acked ? "acked" : "lost";
    world.changed();
  }

  function isChosen(index: number): boolean {
    return options.redeliverEvery > 0 && (index + 1) % options.redeliverEvery === 0;
  }

  function start(delivery: Delivery): void {
    run(delivery).catch((error: unknown) => {
      if (!stopped.signal.aborted) throw error;
    });
  }

  return {
    deliveries,
    emit: (workspace: Workspace, event: Json): void => {
      const body = toEventBody(world, workspace, event);
      const delivery: Delivery = {
        eventId: String(body["event_id"]),
        teamId: workspace.teamId,
        event,
        body,
        attempts: [],
        state: "pending",
      };
      deliveries.push(delivery);
      start(delivery);
    },
    /** Sends an event once more with its own event id, whatever became of it before. */
    redeliver: async (eventId: string): Promise<Receipt> => {
      const delivery = deliveries.find((each) => each.eventId === eventId);
      if (delivery === undefined) throw new Error(`no event ${eventId}`);
      const receipt = await attempt(delivery, { attempt: 1, reason: "timeout" });
      world.changed();
      return receipt;
    },
    close(): void {
      stopped.abort();
    },
  };
}
