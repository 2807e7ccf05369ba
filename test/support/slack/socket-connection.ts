import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";
import type { Receipt } from "./delivery.ts";
import type { Json } from "./world.ts";

export type DisconnectReason =
  | "warning"
  | "refresh_requested"
  | "link_disabled"
  | "too_many_websockets";

type SocketState = "open" | "half-open" | "draining" | "closed";

/** What the app sent back over a socket: an acknowledgement, or something that is none. */
type Ack = { envelopeId: string; latencyMs: number };

export type SocketConnection = ReturnType<typeof openSocket>;

type Waiting = { startedAt: number; timer: NodeJS.Timeout; settle: (receipt: Receipt) => void };
type Options = { ackTimeoutMs: number; pingIntervalMs: number; changed: () => void };

/** Slack's end of one socket; an envelope is settled by its ack, its time limit or the socket's end. */
export function openSocket(websocket: WebSocket, socket: Duplex, options: Options) {
  const id = randomUUID();
  const waiting = new Map<string, Waiting>();
  const acks: Ack[] = [];
  /** Acks for envelopes that nobody waits for any more: late or unknown. */
  const strayAcks: string[] = [];
  let state: SocketState = "open";

  const pings = setInterval(() => {
    if (state === "open") websocket.ping();
  }, options.pingIntervalMs);

  function settle(envelopeId: string, receipt: Receipt): void {
    const entry = waiting.get(envelopeId);
    if (entry === undefined) return;
    clearTimeout(entry.timer);
    waiting.delete(envelopeId);
    entry.settle(receipt);
    options.changed();
  }

  function fail(envelopeId: string, reason: string): void {
    settle(envelopeId, { acked: false, reason, connection: id });
  }

  function end(): void {
    state = "closed";
    clearInterval(pings);
    for (const envelopeId of waiting.keys()) fail(envelopeId, "connection_failed");
    options.changed();
  }

  function expire(envelopeId: string): void {
    fail(envelopeId, "timeout");
    // Slack gives a socket up once it stops answering.
    if (state === "half-open") drop(false);
  }

  function drop(midFrame: boolean): void {
    // A text frame of 100 bytes of which five arrive.
    if (midFrame) socket.write(Buffer.from([0x81, 100, 0x7b, 0x22, 0x61, 0x22, 0x3a]));
    if (midFrame) socket.end(() => socket.destroy());
    else socket.destroy();
    end();
  }

  websocket.on("close", end);
  websocket.on("error", end);
  websocket.on("message", (data: RawData) => {
    const message = parse(data);
    const envelopeId = String(message["envelope_id"]);
    const entry = waiting.get(envelopeId);
    if (entry === undefined) {
      strayAcks.push(envelopeId);
      return;
    }
    const latencyMs = performance.now() - entry.startedAt;
    acks.push({ envelopeId, latencyMs });
    settle(envelopeId, { acked: true, latencyMs, response: message["payload"], connection: id });
  });

  return {
    id,
    acks,
    strayAcks,
    state: () => state,
    hello(appId: string, connections: number): void {
      const debug = { host: "applink-0", build_number: 1, approximate_connection_time: 18_060 };
      websocket.send(
        JSON.stringify({
          type: "hello",
          num_connections: connections,
          debug_info: debug,
          connection_info: { app_id: appId },
        }),
      );
    },
    send(envelope: Json & { envelope_id: string }): Promise<Receipt> {
      return new Promise((resolve) => {
        const expiry = () => expire(envelope.envelope_id);
        const timer = setTimeout(expiry, options.ackTimeoutMs);
        waiting.set(envelope.envelope_id, {
          startedAt: performance.now(),
          timer,
          settle: resolve,
        });
        if (state === "open") websocket.send(JSON.stringify(envelope));
      });
    },
    disconnect(reason: DisconnectReason): void {
      if (state !== "open") return;
      state = "draining";
      const message = { type: "disconnect", reason, debug_info: { host: "applink-0" } };
      websocket.send(JSON.stringify(message));
    },
    drop(midFrame: boolean): void {
      if (state !== "closed") drop(midFrame);
    },
    freeze(): void {
      if (state !== "open") return;
      state = "half-open";
      socket.pause();
    },
  };
}

function parse(data: RawData): Json {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
  try {
    return JSON.parse(bytes.toString("utf8")) as Json;
  } catch {
    return {};
  }
}
