import type { WebSocket } from "ws";
import { INTENTS } from "./intents.ts";
import { emptied, isForBot } from "./redact.ts";
import type { World, WorldEvent } from "./world.ts";

/** Gateway opcodes. */
export const OP = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  presence: 3,
  voice: 4,
  resume: 6,
  reconnect: 7,
  requestMembers: 8,
  invalidSession: 9,
  hello: 10,
  heartbeatAck: 11,
} as const;

/** One websocket, before and after it belongs to a session. */
export type Connection = {
  socket: WebSocket;
  /** The path it came by: `/gateway`, or `/gateway-resume` of READY's `resume_gateway_url`. */
  path: string;
  session: Session | undefined;
  /** Half-open: nothing goes in or out any more, and the other side is not told. */
  frozen: boolean;
  heartbeats: number;
};

type Dispatch = { op: 0; t: string; s: number; d: unknown };

/** A session outlives its socket: its events are kept for RESUME. */
export type Session = {
  id: string;
  shard: readonly [id: number, count: number];
  intents: number;
  seq: number;
  sent: Dispatch[];
  connection: Connection | undefined;
  identifiedAt: number;
  resumes: number;
};

const BUFFERED = 10_000;

export function sendTo(connection: Connection | undefined, payload: object): void {
  if (!connection || connection.frozen || connection.socket.readyState !== 1) return;
  connection.socket.send(JSON.stringify(payload));
}

/** Numbers an event, keeps it for RESUME, and sends it if somebody listens. */
export function dispatch(session: Session, t: string, d: unknown): void {
  session.seq += 1;
  const payload: Dispatch = { op: 0, t, s: session.seq, d };
  session.sent.push(payload);
  if (session.sent.length > BUFFERED) session.sent.shift();
  sendTo(session.connection, payload);
}

/** Whether shard and intents of a session let an event through. */
export function wants(session: Session, event: WorldEvent): boolean {
  const [id, count] = session.shard;
  const shard = event.guildId === undefined ? 0 : shardOf(event.guildId, count);
  return shard === id && (session.intents & event.intent) === event.intent;
}

export function shardOf(guildId: string, count: number): number {
  return Number((BigInt(guildId) >> 22n) % BigInt(count));
}

/** The event as this session may read it: guild messages are emptied without MESSAGE_CONTENT. */
export function readable(world: World, session: Session, event: WorldEvent): unknown {
  const isMessage = event.t === "MESSAGE_CREATE" || event.t === "MESSAGE_UPDATE";
  const sees = (session.intents & INTENTS.MESSAGE_CONTENT) !== 0;
  if (!isMessage || sees || event.guildId === undefined) return event.d;
  return isForBot(world, event.d as never) ? event.d : emptied(event.d);
}
