import type { APIEmbed, APIMessageTopLevelComponent } from "discord.js";
import { ApiError, formError } from "./api-error.ts";
import { editMessage, removeMessages, startTyping } from "./change-message.ts";
import type { CreateMessageBody, EditMessageBody } from "./message-shapes.ts";
import { BulkDelete, CreateMessage, EditMessage } from "./message-shapes.ts";
import { can } from "./permissions.ts";
import { postMessage } from "./post-message.ts";
import { redact } from "./redact.ts";
import type { Call, Route } from "./route.ts";
import { noContent, ok, param, requirePermission, route } from "./route.ts";
import { compareIds, toMillis } from "./snowflake.ts";
import { checkRefs, mergeAttachments, storeUploads } from "./store-uploads.ts";
import { updateThread } from "./threads.ts";
import type { Channel, StoredMessage, World } from "./world.ts";
import { requireChannel, requireMessage } from "./world.ts";

/** How long an enforced nonce is remembered ("a few minutes", says Discord). */
const NONCE_LIFE_MS = 180_000;
const TWO_WEEKS_MS = 14 * 86_400_000;
const DELETABLE_TYPES = [0, 18, 19, 20, 21];

const messages = "/channels/:channel/messages";
const message = `${messages}/:message`;

export const messageRoutes: Route[] = [
  route({ method: "POST", path: messages, body: CreateMessage, run: createMessage }),
  route({ method: "GET", path: messages, run: listMessages }),
  route({
    method: "GET",
    path: message,
    run: (call) => {
      const channel = readableChannel(call);
      return ok(redact(call.world, requireMessage(channel, param(call, "message"))));
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
      return ok(redact(call.world, applyEdit(call, found)));
    },
  }),
  route({
    method: "DELETE",
    path: message,
    run: (call) => {
      const channel = requireChannel(call.world, param(call, "channel"));
      requirePermission(call.world, channel, "VIEW_CHANNEL");
      const { api } = requireMessage(channel, param(call, "message"));
      if (!DELETABLE_TYPES.includes(api.type)) throw new ApiError("systemMessage");
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

function createMessage(call: Call<CreateMessageBody>) {
  const { world, body, files } = call;
  const channel = requireChannel(world, param(call, "channel"));
  requireSendable(world, channel, {
    files: files.length > 0,
    embeds: Boolean(body.embeds?.length),
  });
  const nonceKey = body.enforce_nonce && body.nonce != null ? `${body.nonce}` : undefined;
  const earlier = nonceKey === undefined ? undefined : findByNonce(world, nonceKey);
  if (earlier) return ok(redact(world, earlier));
  requireContent(body, files.length);
  checkRefs(body.attachments, { files });
  const replyTo = findReplied(channel, body);
  const posted = postMessage(world, channel, {
    author: world.bot,
    content: (body.content ?? "").trim(),
    embeds: (body.embeds ?? []) as APIEmbed[],
    components: (body.components ?? []) as APIMessageTopLevelComponent[],
    attachments: storeUploads(world, channel.id, { files, refs: body.attachments }),
    allowed: body.allowed_mentions ?? null,
    flags: body.flags ?? 0,
    ...(replyTo && { replyTo }),
    ...(body.nonce != null && { nonce: body.nonce }),
  });
  if (nonceKey !== undefined) {
    const until = world.now() + NONCE_LIFE_MS;
    world.nonces.set(nonceKey, { messageId: posted.api.id, until });
  }
  return ok(redact(world, posted));
}

/** Whoever deleted the first message of a nonce: it is not sent anew, Discord answers 10008. */
function findByNonce(world: World, key: string): StoredMessage | undefined {
  const known = world.nonces.get(key);
  if (!known || known.until <= world.now()) return undefined;
  for (const channel of world.channels.values()) {
    const found = channel.messages.get(known.messageId);
    if (found) return found;
  }
  throw new ApiError("unknownMessage");
}

function requireSendable(
  world: World,
  channel: Channel,
  needs: { files: boolean; embeds: boolean },
): void {
  if (channel.recipients.some((id) => world.dmsClosed.has(id))) {
    throw new ApiError("cannotSendToUser");
  }
  requirePermission(world, channel, sendRight(channel));
  if (needs.files) requirePermission(world, channel, "ATTACH_FILES");
  if (needs.embeds) requirePermission(world, channel, "EMBED_LINKS");
  if (!channel.thread?.archived) return;
  if (channel.thread.locked) throw new ApiError("archivedThread");
  updateThread(world, channel, { archived: false });
}

function sendRight(channel: Channel): "SEND_MESSAGES" | "SEND_MESSAGES_IN_THREADS" {
  return channel.thread ? "SEND_MESSAGES_IN_THREADS" : "SEND_MESSAGES";
}

/** 50006 for a message that would show nothing. */
export function requireContent(
  body: Pick<CreateMessageBody, "content" | "embeds" | "components"> & {
    sticker_ids?: unknown[] | null | undefined;
  },
  files: number,
): void {
  const parts = [body.embeds, body.components, body.sticker_ids];
  if ((body.content ?? "").trim() === "" && files === 0 && !parts.some((part) => part?.length)) {
    throw new ApiError("emptyMessage");
  }
}

function findReplied(channel: Channel, body: CreateMessageBody): StoredMessage | undefined {
  const reference = body.message_reference;
  if (!reference) return undefined;
  const found = channel.messages.get(reference.message_id);
  const path = ["message_reference"];
  if (!found && reference.fail_if_not_exists !== false) {
    throw formError(path, "REPLIES_UNKNOWN_MESSAGE", "Unknown message");
  }
  if (found && ![0, 19, 20, 23].includes(found.api.type)) {
    const code = "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE";
    throw formError(path, code, "Cannot reply to a system message");
  }
  return found;
}

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
  return ok(page.toReversed().map((stored) => redact(call.world, stored)));
}

function readableChannel(call: Call): Channel {
  const channel = requireChannel(call.world, param(call, "channel"));
  requirePermission(call.world, channel, "VIEW_CHANNEL");
  return channel;
}

/** Applies the body of a PATCH, whichever door it came through. */
export function applyEdit(
  call: Pick<Call<EditMessageBody>, "world" | "body" | "files">,
  found: StoredMessage,
): StoredMessage {
  const { world, body, files } = call;
  checkRefs(body.attachments, { files, kept: found.api.attachments });
  const attachments = mergeAttachments(world, found.channelId, {
    kept: found.api.attachments,
    files,
    refs: body.attachments,
  });
  const after = {
    content: body.content === undefined ? found.api.content : body.content,
    embeds: body.embeds === undefined ? found.api.embeds : body.embeds,
    components: (body.components === undefined ? found.api.components : body.components) as never,
  };
  requireContent(after, (attachments ?? found.api.attachments).length);
  editMessage(world, found, {
    content: body.content?.trim() ?? body.content,
    embeds: body.embeds as APIEmbed[] | null | undefined,
    components: body.components as APIMessageTopLevelComponent[] | null | undefined,
    attachments,
    allowed: body.allowed_mentions ?? null,
  });
  return found;
}
