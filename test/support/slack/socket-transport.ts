import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { Outgoing, Receipt, Retry } from "./delivery.ts";
import { openSocket, type DisconnectReason, type SocketConnection } from "./socket-connection.ts";
import type { Json, World } from "./world.ts";

/** Slack lets an app have ten sockets and tells the eleventh to go. */
const MAX_CONNECTIONS = 10;

export type SocketOptions = { ackTimeoutMs: number; pingIntervalMs: number };

/** Socket Mode: hands out addresses, keeps the sockets, sends each event to one of them. */
export function createSocketTransport(world: World, options: SocketOptions) {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const connections: SocketConnection[] = [];
  let turn = 0;

  /** A half-open socket is one that Slack still believes in. */
  function usable(): SocketConnection[] {
    return connections.filter(({ state }) => state() === "open" || state() === "half-open");
  }

  /** Newest last; the ones meant where a fault names none are all. */
  function chosen(id: string | undefined): SocketConnection[] {
    return usable().filter((connection) => id === undefined || connection.id === id);
  }

  return {
    /** What apps.connections.open answers: an address good for one socket. */
    connect: (): Json => {
      const ticket = randomUUID();
      tickets.add(ticket);
      const host = world.origin.replace(/^http/, "ws");
      return { url: `${host}/link/?ticket=${ticket}&app_id=${world.app.id}` };
    },
    upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
      const { searchParams } = new URL(request.url ?? "/", "http://localhost");
      if (!tickets.delete(searchParams.get("ticket") ?? "")) {
        socket.end("HTTP/1.1 401 Unauthorized\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
        return;
      }
      server.handleUpgrade(request, socket, head, (websocket) => {
        const connection = openSocket(websocket, socket, {
          ...options,
          changed: () => world.changed(),
        });
        connections.push(connection);
        const open = usable().length;
        connection.hello(world.app.id, open);
        if (open > MAX_CONNECTIONS) connection.disconnect("too_many_websockets");
        world.changed();
      });
    },
    async send(outgoing: Outgoing, retry: Retry | undefined): Promise<Receipt> {
      const open = usable();
      turn += 1;
      const connection = open[turn % Math.max(open.length, 1)];
      if (connection === undefined) {
        return { acked: false, reason: "connection_failed", connection: "none" };
      }
      return connection.send({
        envelope_id: randomUUID(),
        payload: outgoing.body,
        type: outgoing.kind,
        accepts_response_payload: outgoing.acceptsResponse,
        ...(outgoing.kind === "events_api" && {
          retry_attempt: retry?.attempt ?? 0,
          retry_reason: retry?.reason ?? "",
        }),
      });
    },
    /** All sockets there ever were, in order of opening. */
    connections,
    openCount: () => usable().length,
    /** Asks the app to reconnect, as Slack does every few hours; `warning` comes before that. */
    disconnect(reason: DisconnectReason = "refresh_requested", id?: string): void {
      for (const connection of chosen(id)) connection.disconnect(reason);
    },
    /** Breaks the TCP connections without a close frame, in the middle of a frame if asked. */
    drop({ id, midFrame = false }: { id?: string; midFrame?: boolean } = {}): void {
      for (const connection of chosen(id)) connection.drop(midFrame);
    },
    /** From now on these sockets hear nothing and say nothing, but stay connected. */
    freeze(id?: string): void {
      for (const connection of chosen(id)) connection.freeze();
    },
    close(): void {
      for (const connection of connections) connection.drop(false);
      server.close();
    },
  };
}
