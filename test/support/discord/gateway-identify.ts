import { randomUUID } from "node:crypto";
import type { Connection, Session } from "./gateway-session.ts";
import { dispatch, OP, sendTo, shardOf } from "./gateway-session.ts";
import { INTENTS, KNOWN_INTENTS, PRIVILEGED_INTENTS } from "./intents.ts";
import { toApiMemberWithUser, toGuildCreate } from "./to-api.ts";
import type { World } from "./world.ts";

export type GatewayState = {
  world: World;
  sessions: Map<string, Session>;
  resumeUrl: () => string;
  /** Identifies left today, as `GET /gateway/bot` tells. */
  startsLeft: number;
  /** Identifies allowed in five seconds. */
  maxConcurrency: number;
  /** Whether more of them get INVALID_SESSION, as on Discord. */
  enforceConcurrency: boolean;
  identifiedAt: number[];
};

type Identify = { token?: string; intents?: number; shard?: [number, number] };

/** IDENTIFY: a new session with READY and a GUILD_CREATE per guild, or the close code that Discord gives. */
export function identify(state: GatewayState, connection: Connection, d: Identify): void {
  const { world } = state;
  const shard = d.shard ?? [0, 1];
  const intents = d.intents ?? 0;
  const refusal = refusalOf(world, { token: d.token, intents, shard });
  if (refusal) return connection.socket.close(...refusal);
  if (isTooMany(state)) return sendTo(connection, { op: OP.invalidSession, d: false });
  state.startsLeft -= 1;
  const session: Session = {
    id: randomUUID().replaceAll("-", ""),
    shard,
    intents,
    seq: 0,
    sent: [],
    connection,
    identifiedAt: world.now(),
    resumes: 0,
  };
  connection.session = session;
  state.sessions.set(session.id, session);
  const guilds = [...world.guilds.values()].filter(
    ({ id, members }) => members.has(world.bot.id) && shardOf(id, shard[1]) === shard[0],
  );
  dispatch(session, "READY", {
    v: 10,
    user: { ...world.bot, verified: true, mfa_enabled: false, email: null },
    guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
    session_id: session.id,
    session_type: "normal",
    resume_gateway_url: state.resumeUrl(),
    shard,
    application: { id: world.applicationId, flags: 0 },
    private_channels: [],
    relationships: [],
    presences: [],
    guild_join_requests: [],
    user_settings: {},
  });
  if ((intents & INTENTS.GUILDS) === 0) return;
  for (const guild of guilds.filter(({ available }) => available)) {
    dispatch(session, "GUILD_CREATE", toGuildCreate(world, guild));
  }
}

function refusalOf(
  world: World,
  d: { token: string | undefined; intents: number; shard: readonly [number, number] },
): [code: number, reason: string] | undefined {
  if (world.token === undefined || d.token !== world.token) return [4004, "Authentication failed."];
  if (d.shard[0] < 0 || d.shard[0] >= d.shard[1]) return [4010, "Invalid shard."];
  if ((d.intents & ~KNOWN_INTENTS) !== 0) return [4013, "Invalid intent(s)."];
  const missing = d.intents & PRIVILEGED_INTENTS & ~world.grantedIntents;
  return missing === 0 ? undefined : [4014, "Disallowed intent(s)."];
}

function isTooMany(state: GatewayState): boolean {
  const now = state.world.now();
  state.identifiedAt = [...state.identifiedAt.filter((at) => now - at < 5000), now];
  return state.enforceConcurrency && state.identifiedAt.length > state.maxConcurrency;
}

type Resume = { token?: string; session_id?: string; seq?: number };

/** RESUME: what was missed in order, then RESUMED; or INVALID_SESSION where the session is gone. */
export function resume(state: GatewayState, connection: Connection, d: Resume): void {
  if (state.world.token === undefined || d.token !== state.world.token) {
    return connection.socket.close(4004, "Authentication failed.");
  }
  const session = state.sessions.get(d.session_id ?? "");
  if (!session) return sendTo(connection, { op: OP.invalidSession, d: false });
  const seq = d.seq ?? 0;
  if (seq > session.seq) return connection.socket.close(4007, "Invalid `seq`.");
  connection.session = session;
  session.connection = connection;
  session.resumes += 1;
  for (const missed of session.sent.filter(({ s }) => s > seq)) sendTo(connection, missed);
  dispatch(session, "RESUMED", { _trace: [] });
}

type MembersRequest = {
  guild_id?: string;
  query?: string;
  limit?: number;
  user_ids?: string | string[];
  nonce?: string;
};

/** REQUEST_GUILD_MEMBERS, answered in one GUILD_MEMBERS_CHUNK. */
export function sendMembers(world: World, session: Session, d: MembersRequest): void {
  const guild = world.guilds.get(d.guild_id ?? "");
  if (!guild) return;
  const asked = d.user_ids === undefined ? undefined : [d.user_ids].flat();
  const ids = [...guild.members.keys()].filter((id) => asked?.includes(id) ?? true);
  const start = d.query?.toLowerCase() ?? "";
  const members = ids
    .flatMap((id) => toApiMemberWithUser(world, guild, id) ?? [])
    .filter(({ user }) => user.username.toLowerCase().startsWith(start))
    .slice(0, d.limit || 1000);
  dispatch(session, "GUILD_MEMBERS_CHUNK", {
    guild_id: guild.id,
    members,
    chunk_index: 0,
    chunk_count: 1,
    not_found: asked?.filter((id) => !ids.includes(id)) ?? [],
    ...(d.nonce !== undefined && { nonce: d.nonce }),
  });
}
