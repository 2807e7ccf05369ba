import type { z } from "zod";
import { ApiError } from "./api-error.ts";
import type { PermissionName } from "./permissions.ts";
import { can } from "./permissions.ts";
import type { Channel, World } from "./world.ts";

/** A file of a multipart request, named `files[0]` and so on. */
export type Upload = {
  index: number;
  filename: string;
  contentType: string;
  data: Uint8Array;
  /** Of an image: each side. */
  pixels?: number;
};

export type Call<Body = unknown> = {
  world: World;
  params: Record<string, string>;
  query: URLSearchParams;
  body: Body;
  files: Upload[];
};

export type Answer = { status: number; body?: unknown };

export type Route = {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With `:name` for each variable part, below `/api/v10`. */
  path: string;
  /** True where a token in the path stands in for the bot token. */
  open?: boolean;
  /** What the body must look like; without it the body is ignored. */
  body?: z.ZodType;
  run(call: Call): Answer;
};

type TypedRoute<Body> = Omit<Route, "body" | "run"> & {
  body?: z.ZodType<Body>;
  run(call: Call<Body>): Answer;
};

/** Ties the type of a handler's body to the shape it was checked against. */
export function route<Body>(spec: TypedRoute<Body>): Route {
  return spec;
}

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export const noContent: Answer = { status: 204 };

/** A variable part of the path. */
export function param(call: Pick<Call, "params">, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`the route has no :${name}`);
  return value;
}

/** 50001 where the bot cannot see the channel, 50013 where it sees but may not act. */
export function requirePermission(world: World, channel: Channel, name: PermissionName): void {
  if (!can(world, world.bot.id, channel, "VIEW_CHANNEL")) throw new ApiError("missingAccess");
  if (!can(world, world.bot.id, channel, name)) throw new ApiError("missingPermissions");
}
