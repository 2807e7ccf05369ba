import { ARGUMENT_SHAPES } from "./argument-shapes.ts";
import { ShapeFailure } from "./check-content.ts";
import type { Fault } from "./faults.ts";
import { requireScope, SlackFailure } from "./method.ts";
import { ALL_METHODS } from "./methods/all-methods.ts";
import { exchangeCode } from "./methods/auth.ts";
import { readArguments, type RawArguments } from "./read-arguments.ts";
import { methodScope } from "./scopes.ts";
import type { Json, Token, World } from "./world.ts";

/** One request of the app, with what it was answered. */
export type ApiCall = {
  method: string;
  args: Json;
  teamId: string | undefined;
  /** Milliseconds since the epoch. */
  at: number;
  /** The fault that was scripted for it, if any. */
  fault?: Fault["kind"];
  /** The answer as Slack made it, whether or not it arrived. */
  answer?: Json;
};

/** A request outside of the documented shapes and limits; a sound app makes none. */
type Violation = { method: string; problem: string; args: Json };

export type Answer = { call: ApiCall; body: Json; headers: Record<string, string> };

/** Methods of the app itself: `connect` is apps.connections.open. */
export type AppMethods = { connect: () => Json };

/** Checks and does Web API calls, and keeps a log of all of them. */
export function createWebApi(world: World, { connect }: AppMethods) {
  const calls: ApiCall[] = [];
  const violations: Violation[] = [];

  function perform(method: string, raw: RawArguments, bearer: string | undefined, call: ApiCall) {
    if (!(method in ARGUMENT_SHAPES)) throw new SlackFailure("unknown_method");
    const { args, problems } = readArguments(method, raw);
    call.args = args;
    if (method === "oauth.v2.access" && problems.length === 0) return exchangeCode(world, args);
    const token = authenticate(world, method, bearer ?? textOrNothing(args["token"]));
    if (problems.length > 0) throw new ShapeFailure("invalid_arguments", problems);
    if (token.kind === "app") return connect();
    const scope = methodScope(method);
    if (scope !== undefined) requireScope(token, scope);
    const workspace = world.workspaces.get(token.teamId ?? "");
    const run = ALL_METHODS[method];
    if (workspace === undefined || run === undefined) throw new SlackFailure("unknown_method");
    const violated = (problem: string) => violations.push({ method, problem, args });
    return run({ world, workspace, token, args, violated });
  }

  return {
    calls,
    violations,
    /** Notes a call as it arrives, before any fault. */
    note(method: string, raw: RawArguments, bearer: string | undefined): ApiCall {
      const teamId = world.tokens.get(bearer ?? "")?.teamId;
      const call: ApiCall = { method, args: raw.values, teamId, at: Date.now() };
      calls.push(call);
      world.changed();
      return call;
    },
    /** Does the call and answers what Slack would. */
    answer(call: ApiCall, raw: RawArguments, bearer: string | undefined): Answer {
      const token = world.tokens.get(bearer ?? "");
      const headers = token ? { "x-oauth-scopes": [...token.scopes].join(",") } : {};
      let body: Json;
      try {
        body = { ok: true, ...perform(call.method, raw, bearer, call) };
      } catch (thrown) {
        if (!(thrown instanceof SlackFailure)) throw thrown;
        body = { ok: false, error: thrown.error, ...thrown.extra };
        const problems = thrown instanceof ShapeFailure ? thrown.problems : [];
        const { method, args } = call;
        violations.push(...problems.map((problem) => ({ method, problem, args })));
      }
      call.answer = body;
      return { call, body, headers };
    },
  };
}

function textOrNothing(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function authenticate(world: World, method: string, bearer: string | undefined): Token {
  if (bearer === undefined || bearer === "") throw new SlackFailure("not_authed");
  const token = world.tokens.get(bearer);
  if (token === undefined) throw new SlackFailure("invalid_auth");
  if (token.state !== "active") throw new SlackFailure(token.state);
  const wanted = method === "apps.connections.open" ? "app" : "bot";
  if (token.kind !== wanted) throw new SlackFailure("not_allowed_token_type");
  return token;
}
