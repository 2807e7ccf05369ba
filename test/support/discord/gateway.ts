import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import type { RawData } from "ws";
import { WebSocketServer } from "ws";
import type { GatewayState } from "./gateway-identify.ts";
import { identify, resume, sendMembers } from "./gateway-identify.ts";
import type { Connection } from "./gateway-session.ts";
import { dispatch, OP, readable, sendTo, wants } from "./gateway-session.ts";
import type { World } from "./world.ts";

export type GatewayOptions = {
  heartbeatMs: number;
  maxConcurrency: number;
  enforceConcurrency: boolean;
};
type Which = { session?: string };

export type Gateway = ReturnType<typeof createGateway>;

/** The websocket side on an HTTP server, and the handles to disturb it. */
export function createGateway(
  server: Server,
  world: World,
  options: GatewayOptions & { url: () => string },
) {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const connections = new Set<Connection>();
  const disturbed = { acks: true, refusals: 0, silentResumes: 0 };
  const state: GatewayState = {
    world,
    sessions: new Map(),
    resumeUrl: () => `${options.url()}/gateway-resume`,
    startsLeft: 1000,
    maxConcurrency: options.maxConcurrency,
    enforceConcurrency: options.enforceConcurrency,
    identifiedAt: [],
  };

  function receive(connection: Connection, data: RawData): void {
    const message = parse(data);
    if (!message) return connection.socket.close(4002, "Error while decoding payload.");
    const { op, d } = message;
    if (op === OP.heartbeat) return beat(connection);
    if (op === OP.identify) {
      if (connection.session) return connection.socket.close(4005, "Already authenticated.");
      return identify(state, connection, d as object);
    }
    if (op === OP.resume) {
      if (disturbed.silentResumes > 0) {
        disturbed.silentResumes -= 1;
        return;
      }
      return resume(state, connection, d as object);
    }
    receiveLater(connection, op, d);
  }

  function receiveLater(connection: Connection, op: number, d: unknown): void {
    if (!connection.session) return connection.socket.close(4003, "Not authenticated.");
    if (op === OP.requestMembers) return sendMembers(world, connection.session, d as object);
    if (op !== OP.presence && op !== OP.voice) connection.socket.close(4001, "Unknown opcode.");
  }

  function beat(connection: Connection): void {
    connection.heartbeats += 1;
    if (disturbed.acks) sendTo(connection, { op: OP.heartbeatAck });
  }

  function accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const url = new URL(request.url ?? "/", "http://gateway.test");
    const bad = url.searchParams.get("v") !== "10" || url.searchParams.get("encoding") !== "json";
    if (disturbed.refusals > 0 || bad || url.searchParams.has("compress")) {
      disturbed.refusals = Math.max(0, disturbed.refusals - 1);
      socket.end(`HTTP/1.1 ${bad ? "400 Bad Request" : "503 Service Unavailable"}\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      const connection: Connection = {
        socket: ws,
        path: url.pathname.replace(/\/$/, ""),
        session: undefined,
        frozen: false,
        heartbeats: 0,
      };
      connections.add(connection);
      ws.on("message", (data) => receive(connection, data));
      ws.on("error", () => ws.terminate());
      ws.on("close", (code) => leave(connection, code));
      sendTo(connection, { op: OP.hello, d: { heartbeat_interval: options.heartbeatMs } });
    });
  }

  /** A client that closes with 1000 or 1001 gives its session up; any other end leaves it resumable. */
  function leave(connection: Connection, code: number): void {
    connections.delete(connection);
    const { session } = connection;
    if (session?.connection !== connection) return;
    session.connection = undefined;
    if (code === 1000 || code === 1001) state.sessions.delete(session.id);
  }

  const chosen = ({ session }: Which = {}) =>
    [...connections].filter(
      (connection) => session === undefined || connection.session?.id === session,
    );

  server.on("upgrade", accept);
  world.listeners.add((event) => {
    for (const session of state.sessions.values()) {
      if (wants(session, event)) dispatch(session, event.t, readable(world, session, event));
    }
  });

  return {
    /** The answer of `GET /gateway/bot`. */
    describe: (shards: number) => ({
      url: `${options.url()}/gateway`,
      shards,
      session_start_limit: {
        total: 1000,
        remaining: state.startsLeft,
        reset_after: 14_400_000,
        max_concurrency: options.maxConcurrency,
      },
    }),
    /** Every session that could still be resumed, connected or not. */
    sessions: () =>
      [...state.sessions.values()].map((session) => ({
        id: session.id,
        shard: session.shard,
        intents: session.intents,
        seq: session.seq,
        connected: session.connection !== undefined,
        path: session.connection?.path,
        heartbeats: session.connection?.heartbeats ?? 0,
        resumes: session.resumes,
      })),
    /** Identifies so far. */
    identifies: () => 1000 - state.startsLeft,
    /** Closes sockets with a close code of Discord (4000 may be resumed). */
    drop: (input: Which & { code?: number } = {}) => {
      for (const { socket } of chosen(input)) socket.close(input.code ?? 4000);
    },
    /** Cuts the connection without a close frame. */
    cut: (input?: Which) => {
      for (const { socket } of chosen(input)) socket.terminate();
    },
    /** Half-open: the socket stays, nothing is read or written any more. */
    freeze: (input?: Which) => {
      for (const connection of chosen(input)) {
        connection.frozen = true;
        connection.socket.pause();
      }
    },
    setAcks: ({ on }: { on: boolean }) => {
      disturbed.acks = on;
    },
    requestReconnect: (input?: Which) => {
      for (const connection of chosen(input)) sendTo(connection, { op: OP.reconnect, d: null });
    },
    requestHeartbeat: (input?: Which) => {
      for (const connection of chosen(input)) sendTo(connection, { op: OP.heartbeat, d: null });
    },
    invalidate: (input: Which & { resumable: boolean }) => {
      for (const connection of chosen(input)) {
        if (!input.resumable && connection.session) state.sessions.delete(connection.session.id);
        sendTo(connection, { op: OP.invalidSession, d: input.resumable });
      }
    },
    /** Forgets sessions, so that the next RESUME is answered INVALID_SESSION. */
    forgetSessions: () => state.sessions.clear(),
    /** Refuses the next upgrades with 503. */
    refuseConnections: ({ times }: { times: number }) => {
      disturbed.refusals = times;
    },
    /** Leaves the next RESUMEs without any answer. */
    ignoreResumes: ({ times }: { times: number }) => {
      disturbed.silentResumes = times;
    },
    close: () => {
      for (const { socket } of connections) socket.terminate();
      sockets.close();
    },
  };
}

function parse(data: RawData): { op: number; d: unknown } | undefined {
  try {
    return JSON.parse((data as Buffer).toString("utf8")) as { op: number; d: unknown };
  } catch {
    return undefined;
  }
}
