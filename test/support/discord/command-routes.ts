import type { WireCommand } from "./wire.ts";
import { ApiError } from "./api-error.ts";
import { checkBody } from "./check-body.ts";
import type { CreateCommandBody } from "./command-shapes.ts";
import { CreateCommand, OverwriteCommands, UpdateCommand } from "./command-shapes.ts";
import type { Call, Route } from "./route.ts";
import { noContent, ok, param, route } from "./route.ts";
import type { World } from "./world.ts";
import { requireGuild } from "./world.ts";

const global = "/applications/:application/commands";
const guild = "/applications/:application/guilds/:guild/commands";

/** Global and guild commands are the same routes in two places. */
export const commandRoutes: Route[] = [global, guild].flatMap((path) => [
  route({ method: "GET", path, run: (call) => ok(registered(call)) }),
  route({
    method: "PUT",
    path,
    body: OverwriteCommands,
    run: (call) => {
      const before = registered(call);
      const after = call.body.map((body) => toCommand(call, body, before));
      call.world.commands.set(scope(call), after);
      return ok(after);
    },
  }),
  route({
    method: "POST",
    path,
    body: CreateCommand,
    run: (call) => {
      const before = registered(call);
      const command = toCommand(call, call.body, before);
      const others = before.filter(({ id }) => id !== command.id);
      call.world.commands.set(scope(call), [...others, command]);
      return { status: others.length === before.length ? 201 : 200, body: command };
    },
  }),
  route({
    method: "PATCH",
    path: `${path}/:command`,
    body: UpdateCommand,
    run: (call) => {
      const old = one(call);
      const body = checkBody(CreateCommand, { ...old, ...call.body });
      const changed = { ...toCommand(call, body, []), id: old.id };
      const all = registered(call).map((command) => (command.id === old.id ? changed : command));
      call.world.commands.set(scope(call), all);
      return ok(changed);
    },
  }),
  route({ method: "GET", path: `${path}/:command`, run: (call) => ok(one(call)) }),
  route({
    method: "DELETE",
    path: `${path}/:command`,
    run: (call) => {
      const { id } = one(call);
      const rest = registered(call).filter((command) => command.id !== id);
      call.world.commands.set(scope(call), rest);
      return noContent;
    },
  }),
]);

function scope(call: Call): string {
  const { world, params } = call;
  if (param(call, "application") !== world.applicationId) throw new ApiError("missingAccess");
  const id = params["guild"];
  if (id === undefined) return "global";
  if (!requireGuild(world, id).members.has(world.bot.id)) throw new ApiError("missingAccess");
  return id;
}

function registered(call: Call): WireCommand[] {
  return call.world.commands.get(scope(call)) ?? [];
}

function one(call: Call): WireCommand {
  const found = registered(call).find(({ id }) => id === param(call, "command"));
  if (!found) throw new ApiError("unknownCommand");
  return found;
}

/** A command of the same name and type keeps its id. */
function toCommand(
  call: Pick<Call, "world" | "params">,
  body: CreateCommandBody,
  before: WireCommand[],
): WireCommand {
  const { world, params }: { world: World; params: Record<string, string> } = call;
  const type = body.type ?? 1;
  const same = before.find((old) => old.name === body.name && old.type === type);
  return {
    default_member_permissions: null,
    ...body,
    id: same?.id ?? world.nextId(),
    application_id: world.applicationId,
    version: world.nextId(),
    type,
    description: body.description ?? "",
    nsfw: body.nsfw ?? false,
    ...(params["guild"] !== undefined && { guild_id: params["guild"] }),
  } as WireCommand;
}
