import { ApiError } from "./api-error.ts";
import { openDm } from "./build-world.ts";
import { clearReactions, setReaction } from "./change-message.ts";
import { OpenDm, StartThread, UpdateChannel } from "./message-shapes.ts";
import { can } from "./permissions.ts";
import type { Call, Route } from "./route.ts";
import { noContent, ok, param, requirePermission, route } from "./route.ts";
import { removeChannel, setThreadMember, startThread, updateThread } from "./threads.ts";
import { toApiChannel, toThreadMember } from "./to-api.ts";
import type { Channel, StoredMessage, World } from "./world.ts";
import { requireChannel, requireMessage, requireUser } from "./world.ts";

const reactions = "/channels/:channel/messages/:message/reactions";

export const channelRoutes: Route[] = [
  route({
    method: "GET",
    path: "/channels/:channel",
    run: (call) => ok(toApiChannel(call.world, visible(call))),
  }),
  route({
    method: "PATCH",
    path: "/channels/:channel",
    body: UpdateChannel,
    run: (call) => {
      const channel = visible(call);
      requirePermission(call.world, channel, "MANAGE_THREADS");
      updateThread(call.world, channel, call.body);
      return ok(toApiChannel(call.world, channel));
    },
  }),
  route({
    method: "DELETE",
    path: "/channels/:channel",
    run: (call) => {
      const channel = visible(call);
      const body = toApiChannel(call.world, channel);
      if (channel.thread) requirePermission(call.world, channel, "MANAGE_THREADS");
      else if (channel.guildId !== undefined) throw new ApiError("missingPermissions");
      removeChannel(call.world, channel);
      return ok(body);
    },
  }),
  route({
    method: "POST",
    path: "/users/@me/channels",
    body: OpenDm,
    run: ({ world, body }) => ok(toApiChannel(world, openDm(world, body.recipient_id))),
  }),
  route({ method: "PUT", path: `${reactions}/:emoji/@me`, run: (call) => react(call, true) }),
  route({ method: "DELETE", path: `${reactions}/:emoji/@me`, run: (call) => react(call, false) }),
  route({ method: "DELETE", path: `${reactions}/:emoji/:user`, run: (call) => react(call, false) }),
  route({
    method: "DELETE",
    path: reactions,
    run: (call) => {
      const channel = visible(call);
      requirePermission(call.world, channel, "MANAGE_MESSAGES");
      clearReactions(call.world, requireMessage(channel, param(call, "message")));
      return noContent;
    },
  }),
  route({
    method: "GET",
    path: `${reactions}/:emoji`,
    run: (call) => {
      const message = requireMessage(visible(call), param(call, "message"));
      const users = [...(message.reactions.get(param(call, "emoji")) ?? [])];
      return ok(users.map((id) => requireUser(call.world, id)));
    },
  }),
  route({
    method: "POST",
    path: "/channels/:channel/messages/:message/threads",
    body: StartThread,
    run: (call) => {
      const parent = visible(call);
      const from = requireMessage(parent, param(call, "message"));
      return openThread(call, { parent, from });
    },
  }),
  route({
    method: "POST",
    path: "/channels/:channel/threads",
    body: StartThread,
    run: (call) => openThread(call, { parent: visible(call) }),
  }),
  route({
    method: "GET",
    path: "/channels/:channel/thread-members",
    run: (call) => {
      const { thread, id } = visible(call);
      if (!thread) throw new ApiError("unknownChannel");
      return ok([...thread.members].map((user) => toThreadMember(id, user, thread.createdAt)));
    },
  }),
  route({
    method: "PUT",
    path: "/channels/:channel/thread-members/:user",
    run: (call) => moveMember(call, true),
  }),
  route({
    method: "DELETE",
    path: "/channels/:channel/thread-members/:user",
    run: (call) => moveMember(call, false),
  }),
];

const TEXT = 0;
const ANNOUNCEMENT = 5;

function openThread(
  call: Call<{
    name: string;
    auto_archive_duration?: number | null | undefined;
    type?: number | null | undefined;
  }>,
  { parent, from }: { parent: Channel; from?: StoredMessage },
) {
  const { world, body } = call;
  const isPublic = from !== undefined || body.type === 11;
  const kind = isPublic ? (parent.type === ANNOUNCEMENT ? 10 : 11) : 12;
  const right = isPublic ? "CREATE_PUBLIC_THREADS" : "CREATE_PRIVATE_THREADS";
  if (parent.type !== TEXT && parent.type !== ANNOUNCEMENT) throw new ApiError("unknownChannel");
  requirePermission(world, parent, right);
  const thread = startThread(world, parent, {
    name: body.name,
    ownerId: world.bot.id,
    kind,
    autoArchiveMinutes: (body.auto_archive_duration ?? 4320) as 60 | 1440 | 4320 | 10_080,
    ...(from && { from }),
  });
  return { status: 201, body: toApiChannel(world, thread) };
}

function react(call: Call, present: boolean) {
  const { world } = call;
  const channel = visible(call);
  const message = requireMessage(channel, param(call, "message"));
  const userId = call.params["user"] ?? world.bot.id;
  const emoji = param(call, "emoji");
  if (userId !== world.bot.id) requirePermission(world, channel, "MANAGE_MESSAGES");
  if (present) {
    if (!isEmoji(emoji)) throw new ApiError("unknownEmoji");
    if (!message.reactions.has(emoji)) requirePermission(world, channel, "ADD_REACTIONS");
  }
  setReaction(world, message, { emoji, userId, present });
  return noContent;
}

/** A Unicode emoji, or `name:id` of a custom one; a plain name such as `thumbsup` is none. */
function isEmoji(text: string): boolean {
  return /^(a:)?\w+:\d{17,20}$/.test(text) || /^(\p{RGI_Emoji}|\p{Emoji}\uFE0F?)+$/v.test(text);
}

function moveMember(call: Call, present: boolean) {
  const channel = visible(call);
  const user = param(call, "user");
  const userId = user === "@me" ? call.world.bot.id : user;
  if (!channel.thread) throw new ApiError("unknownChannel");
  setThreadMember(call.world, channel, { userId, present });
  return noContent;
}

function visible(call: { world: World; params: Record<string, string> }): Channel {
  const channel = requireChannel(call.world, param(call, "channel"));
  if (!can(call.world, call.world.bot.id, channel, "VIEW_CHANNEL")) {
    throw new ApiError("missingAccess");
  }
  return channel;
}
