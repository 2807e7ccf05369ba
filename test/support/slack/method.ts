import { findMessage } from "./look-up.ts";
import { channelScope } from "./scopes.ts";
import type { Channel, Json, Message, Token, Workspace, World } from "./world.ts";

/** One call of a Web API method whose token and arguments have been checked. */
export type Call = {
  world: World;
  workspace: Workspace;
  token: Token;
  args: Json;
  /** Notes that the caller broke a documented limit although Slack answers ok. */
  violated: (problem: string) => void;
};

/** Does what a method does and answers its fields without `ok`; throws `SlackFailure` for `ok: false`. */
export type Method = (call: Call) => Json;

/** An answer `{ ok: false, error }` with what else Slack puts beside it. */
export class SlackFailure extends Error {
  readonly error: string;
  readonly extra: Json;

  constructor(error: string, extra: Json = {}) {
    super(error);
    this.name = "SlackFailure";
    this.error = error;
    this.extra = extra;
  }
}

export function stringOf(args: Json, name: string): string | undefined {
  const value = args[name];
  return typeof value === "string" ? value : undefined;
}

export function numberOf(args: Json, name: string): number | undefined {
  const value = args[name];
  return typeof value === "number" ? value : undefined;
}

export function listOf(args: Json, name: string): Json[] | undefined {
  const value = args[name];
  return Array.isArray(value) ? (value as Json[]) : undefined;
}

export function objectOf(args: Json, name: string): Json | undefined {
  const value = args[name];
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Json) : undefined;
}

export function requireScope(token: Token, scope: string): void {
  if (token.scopes.has(scope)) return;
  throw new SlackFailure("missing_scope", { needed: scope, provided: [...token.scopes].join(",") });
}

/** The channel of an argument; a private one exists only for its members. */
export function channelOf({ workspace, args }: Call, name = "channel"): Channel {
  const channel = workspace.channels.get(stringOf(args, name) ?? "");
  const hidden =
    channel !== undefined && channel.kind !== "channel" && !isMember(workspace, channel);
  if (channel === undefined || hidden) throw new SlackFailure("channel_not_found");
  return channel;
}

export function readableChannel(call: Call, access: "read" | "history"): Channel {
  const channel = channelOf(call);
  requireScope(call.token, channelScope(channel.kind, access));
  return channel;
}

/** The channel of an argument where the app may post now. */
export function writableChannel(call: Call, name = "channel"): Channel {
  const channel = channelOf(call, name);
  if (channel.archived) throw new SlackFailure("is_archived");
  if (!isMember(call.workspace, channel)) throw new SlackFailure("not_in_channel");
  return channel;
}

function isMember(workspace: Workspace, channel: Channel): boolean {
  return channel.members.has(workspace.bot.userId);
}

/** The app's own message, or the error for a missing and the one for somebody else's. */
export function ownMessage(call: Call, channel: Channel, foreign: string): Message {
  const message = findMessage(channel, stringOf(call.args, "ts") ?? "");
  if (message === undefined) throw new SlackFailure("message_not_found");
  if (message.botId !== call.workspace.bot.botId) throw new SlackFailure(foreign);
  return message;
}
