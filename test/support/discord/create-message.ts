import { ApiError, formError } from "./api-error.ts";
import { toDraft } from "./message-body.ts";
import type { CreateMessageBody } from "./message-shapes.ts";
import { postMessage } from "./post-message.ts";
import type { Call } from "./route.ts";
import { param, requirePermission } from "./route.ts";
import { updateThread } from "./threads.ts";
import type { Channel, StoredMessage, World } from "./world.ts";
import { requireChannel } from "./world.ts";

/** How long an enforced nonce is remembered ("a few minutes", says Discord). */
const NONCE_LIFE_MS = 180_000;
const REPLYABLE_TYPES = new Set([0, 19, 20, 23]);

/** `POST /channels/{id}/messages`: the new message, or the earlier one of an enforced nonce. */
export function createMessage(call: Call<CreateMessageBody>): StoredMessage {
  const { world, body, files } = call;
  const channel = requireChannel(world, param(call, "channel"));
  requireSendable(world, channel);
  if (files.length > 0) requirePermission(world, channel, "ATTACH_FILES");
  if (body.embeds?.length) requirePermission(world, channel, "EMBED_LINKS");
  const nonce = body.nonce ?? undefined;
  const earlier = body.enforce_nonce ? findByNonce(world, nonce) : undefined;
  if (earlier) return earlier;
  const replyTo = findReplied(channel, body);
  const posted = postMessage(world, channel, {
    ...toDraft(world, channel, { body, files }),
    author: world.bot,
    ...(replyTo && { replyTo }),
    ...(nonce !== undefined && { nonce }),
  });
  if (body.enforce_nonce && nonce !== undefined) {
    const until = world.now() + NONCE_LIFE_MS;
    world.nonces.set(String(nonce), { messageId: posted.api.id, until });
  }
  return posted;
}

/** A message that was deleted is not sent anew: its nonce answers 10008 (discord-api-docs #6647). */
function findByNonce(world: World, nonce: string | number | undefined): StoredMessage | undefined {
  const known = nonce === undefined ? undefined : world.nonces.get(String(nonce));
  if (!known || known.until <= world.now()) return undefined;
  for (const channel of world.channels.values()) {
    const found = channel.messages.get(known.messageId);
    if (found) return found;
  }
  throw new ApiError("unknownMessage");
}

/** Refuses where the bot may not write; wakes an archived thread. */
function requireSendable(world: World, channel: Channel): void {
  if (channel.recipients.some((id) => world.dmsClosed.has(id))) {
    throw new ApiError("cannotSendToUser");
  }
  requirePermission(world, channel, sendRight(channel));
  if (!channel.thread?.archived) return;
  if (channel.thread.locked) throw new ApiError("archivedThread");
  updateThread(world, channel, { archived: false });
}

export function sendRight(channel: Channel): "SEND_MESSAGES" | "SEND_MESSAGES_IN_THREADS" {
  return channel.thread ? "SEND_MESSAGES_IN_THREADS" : "SEND_MESSAGES";
}

function findReplied(channel: Channel, body: CreateMessageBody): StoredMessage | undefined {
  const reference = body.message_reference;
  if (!reference) return undefined;
  const found = channel.messages.get(reference.message_id);
  const path = ["message_reference"];
  if (!found && reference.fail_if_not_exists !== false) {
    throw formError(path, "REPLIES_UNKNOWN_MESSAGE", "Unknown message");
  }
  if (found && !REPLYABLE_TYPES.has(found.api.type)) {
    const code = "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE";
    throw formError(path, code, "Cannot reply to a system message");
  }
  return found;
}
