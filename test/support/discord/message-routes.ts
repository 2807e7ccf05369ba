import { ApiError, formError } from "./api-error.ts";
import { removeMessages, startTyping } from "./change-message.ts";
import { createMessage, sendRight } from "./create-message.ts";
import { applyEdit } from "./message-body.ts";
import { BulkDelete, CreateMessage, EditMessage } from "./message-shapes.ts";
import { can } from "./permissions.ts";
import { redact } from "./redact.ts";
import type { Call, Route } from "./route.ts";
import { noContent, ok, param, requirePermission, route } from "./route.ts";
import { compareIds, toMillis } from "./snowflake.ts";
import { signAgain } from "./store-uploads.ts";
import type { Channel, StoredMessage, World } from "./world.ts";
import { requireChannel, requireMessage } from "./world.ts";

const TWO_WEEKS_MS = 14 * 86_400_000;
const DELETABLE_TYPES = new Set([0, 18, 19, 20, 21]);

const messages = "/channels/:channel/messages";
const message = `${messages}/:message`;

export const messageRoutes: Route[] = [
  route({
    method: "POST",
    path: messages,
    body: CreateMessage,
    run: (call) => ok(redact(call.world, createMessage(call))),
  }),
  route({ method: "GET", path: messages, run: listMessages }),
  route({
    method: "GET",
    path: message,
    run: (call) => {
      const channel = readableChannel(call);
      return ok(stored(call.world, requireMessage(channel, param(call, "message"))));
    },
  }),
  route({
    method: "PATCH",
    path: message,
    body: EditMessage,
    run: (call) => {
      const channel = requireChannel(call.world, param(call, "channel"));
      requirePermission(call.world, channel, "VIEW_CHANNEL");
      const found = requireMessage(channel, param(call, "message"));
      if (found.api.author.id !== call.world.bot.id) throw new ApiError("notTheAuthor");
      return ok(redact(call.world, applyEdit(call.world, found, call)));
    },
  }),
  route({
    method: "DELETE",
    path: message,
    run: (call) => {
      const channel = requireChannel(call.world, param(call, "channel"));
      requirePermission(call.world, channel, "VIEW_CHANNEL");
      const { api } = requireMessage(channel, param(call, "message"));
      if (!DELETABLE_TYPES.has(api.type)) throw new ApiError("systemMessage");
      if (api.author.id !== call.world.bot.id) {
        requirePermission(call.world, channel, "MANAGE_MESSAGES");
      }
      removeMessages(call.world, channel, [api.id]);
      return noContent;
    },
  }),
  route({
    method: "POST",
    path: `${messages}/bulk-delete`,
    body: BulkDelete,
    run: (call) => {
      const channel = requireChannel(call.world, param(call, "channel"));
      requirePermission(call.world, channel, "MANAGE_MESSAGES");
      const ids = call.body.messages;
      if (ids.some((id) => call.world.now() - toMillis(id) > TWO_WEEKS_MS)) {
        throw new ApiError("tooOldToBulkDelete");
      }
      removeMessages(call.world, channel, ids, true);
      return noContent;
    },
  }),
  route({
    method: "POST",
    path: "/channels/:channel/typing",
    run: (call) => {
      const channel = requireChannel(call.world, param(call, "channel"));
      requirePermission(call.world, channel, sendRight(channel));
      startTyping(call.world, channel, call.world.bot.id);
      return noContent;
    },
  }),
];

/** Newest first. With `after`, the page holds the oldest messages after that id, still newest first. */
function listMessages(call: Call) {
  const channel = readableChannel(call);
  if (!can(call.world, call.world.bot.id, channel, "READ_MESSAGE_HISTORY")) return ok([]);
  const limit = Number(call.query.get("limit") ?? 50);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    throw formError(["limit"], "NUMBER_TYPE_MAX", "int value should be between 1 and 100.");
  }
  const [before, after] = [call.query.get("before"), call.query.get("after")];
  const all = [...channel.messages.values()]
    .filter(({ ephemeralFor }) => ephemeralFor === undefined)
    .filter(({ api }) => before === null || compareIds(api.id, before) < 0)
    .filter(({ api }) => after === null || compareIds(api.id, after) > 0)
    .toSorted((a, b) => compareIds(a.api.id, b.api.id));
  const page = after === null ? all.slice(-limit) : all.slice(0, limit);
  return ok(page.toReversed().map((message) => stored(call.world, message)));
}

/** A message as it is read later: its nonce is not stored (Rapptz/discord.py#2451). */
function stored(world: World, message: StoredMessage) {
  const { nonce: _nonce, ...kept } = redact(world, message);
  return { ...kept, attachments: kept.attachments.map((each) => signAgain(world, each)) };
}

function readableChannel(call: Call): Channel {
  const channel = requireChannel(call.world, param(call, "channel"));
  requirePermission(call.world, channel, "VIEW_CHANNEL");
  return channel;
}
