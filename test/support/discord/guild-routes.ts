import { ApiError } from "./api-error.ts";
import { kickBot } from "./build-world.ts";
import { INTENTS } from "./intents.ts";
import { basePermissions } from "./permissions.ts";
import type { Call, Route } from "./route.ts";
import { noContent, ok, param, route } from "./route.ts";
import { compareIds } from "./snowflake.ts";
import { toApiChannel, toApiGuild, toApiMemberWithUser } from "./to-api.ts";
import type { Guild } from "./world.ts";
import { requireGuild, requireUser } from "./world.ts";

export const guildRoutes: Route[] = [
  route({ method: "GET", path: "/guilds/:guild", run: (call) => ok(toApiGuild(joined(call))) }),
  route({
    method: "GET",
    path: "/users/@me/guilds",
    run: ({ world }) => {
      const mine = [...world.guilds.values()].filter(({ members }) => members.has(world.bot.id));
      return ok(
        mine.map((guild) => {
          const { id, name } = guild;
          const permissions = basePermissions(guild, world.bot.id).toString();
          return { id, name, icon: null, banner: null, owner: false, permissions, features: [] };
        }),
      );
    },
  }),
  route({
    method: "DELETE",
    path: "/users/@me/guilds/:guild",
    run: (call) => {
      const guild = requireGuild(call.world, param(call, "guild"));
      if (!guild.members.has(call.world.bot.id)) throw new ApiError("unknownGuild");
      kickBot(call.world, guild.id);
      return noContent;
    },
  }),
  route({
    method: "GET",
    path: "/guilds/:guild/channels",
    run: (call) => {
      const { id } = joined(call);
      const all = [...call.world.channels.values()];
      const own = all.filter(({ guildId, thread }) => guildId === id && !thread);
      return ok(own.map((channel) => toApiChannel(call.world, channel)));
    },
  }),
  route({
    method: "GET",
    path: "/guilds/:guild/threads/active",
    run: (call) => {
      const { id } = joined(call);
      const threads = [...call.world.channels.values()].filter(
        ({ guildId, thread }) => guildId === id && thread && !thread.archived,
      );
      return ok({
        threads: threads.map((thread) => toApiChannel(call.world, thread)),
        members: [],
        has_more: false,
      });
    },
  }),
  route({
    method: "GET",
    path: "/guilds/:guild/roles",
    run: (call) => ok([...joined(call).roles.values()]),
  }),
  route({
    method: "GET",
    path: "/guilds/:guild/members",
    run: (call) => {
      if ((call.world.grantedIntents & INTENTS.GUILD_MEMBERS) === 0) {
        throw new ApiError("missingAccess");
      }
      const after = call.query.get("after") ?? "0";
      const ids = [...joined(call).members.keys()].toSorted(compareIds);
      return membersPage(
        call,
        ids.filter((id) => compareIds(id, after) > 0),
      );
    },
  }),
  route({
    method: "GET",
    path: "/guilds/:guild/members/search",
    run: (call) => {
      const start = (call.query.get("query") ?? "").toLowerCase();
      const matches = [...joined(call).members].filter(([id, { nick }]) =>
        [nick, requireUser(call.world, id).username].some((name) =>
          name?.toLowerCase().startsWith(start),
        ),
      );
      return membersPage(
        call,
        matches.map(([id]) => id),
      );
    },
  }),
  route({
    method: "GET",
    path: "/guilds/:guild/members/:user",
    run: (call) => {
      const guild = joined(call);
      requireUser(call.world, param(call, "user"));
      const member = toApiMemberWithUser(call.world, guild, param(call, "user"));
      if (!member) throw new ApiError("unknownMember");
      return ok(member);
    },
  }),
  route({
    method: "GET",
    path: "/users/@me",
    run: ({ world }) => ok({ ...world.bot, mfa_enabled: false, locale: "en-US" }),
  }),
  route({
    method: "GET",
    path: "/users/:user",
    run: (call) => ok(requireUser(call.world, param(call, "user"))),
  }),
];

function membersPage(call: Call, ids: string[]) {
  const guild = joined(call);
  const limit = Number(call.query.get("limit") ?? 1);
  return ok(ids.slice(0, limit).map((id) => toApiMemberWithUser(call.world, guild, id)));
}

function joined(call: Call): Guild {
  const guild = requireGuild(call.world, param(call, "guild"));
  if (!guild.members.has(call.world.bot.id)) throw new ApiError("missingAccess");
  return guild;
}
