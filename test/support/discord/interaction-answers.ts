import type { WireInteractionMetadata } from "./wire.ts";
import { ApiError, formError } from "./api-error.ts";
import type { InteractionRecord } from "./interaction-record.ts";
import { INTERACTION_TYPES } from "./interaction-record.ts";
import type { InteractionCallbackBody } from "./interaction-shapes.ts";
import { applyEdit, toDraft } from "./message-body.ts";
import type { ExecuteWebhookBody } from "./message-shapes.ts";
import { postMessage } from "./post-message.ts";
import type { Upload } from "./route.ts";
import type { StoredMessage, World } from "./world.ts";
import { requireChannel, requireUser } from "./world.ts";

const EPHEMERAL = 64;
const LOADING = 128;

/** Which callback types each kind of interaction may be answered with. */
const ALLOWED = {
  command: [4, 5, 9],
  component: [4, 5, 6, 7, 9],
  autocomplete: [8],
  modal: [4, 5, 6, 7],
};

/**
 * The first answer to an interaction. Refuses a second one (40060) and one after three seconds
 * (10062), and keeps those codes, so that a test sees which process lost.
 */
export function answerInteraction(
  world: World,
  record: InteractionRecord | undefined,
  { body, files }: { body: InteractionCallbackBody; files: Upload[] },
): void {
  const refusal = refusalOf(world, record);
  if (refusal) record?.refusals.push(refusal.code);
  if (refusal || !record) throw refusal ?? new ApiError("unknownInteraction");
  const fromModalOnCommand = record.kind === "modal" && record.sourceMessageId === undefined;
  const updates = body.type === 6 || body.type === 7;
  if (!ALLOWED[record.kind].includes(body.type) || (fromModalOnCommand && updates)) {
    throw formError(["type"], "BASE_TYPE_CHOICES", `Not an answer to a ${record.kind}`);
  }
  applyAnswer(world, record, { body, files });
  record.callback = { type: body.type, at: world.now() };
}

function refusalOf(world: World, record: InteractionRecord | undefined): ApiError | undefined {
  if (!record) return new ApiError("unknownInteraction");
  if (record.callback) return new ApiError("alreadyAcknowledged");
  return world.now() > record.answerBy ? new ApiError("unknownInteraction") : undefined;
}

function applyAnswer(
  world: World,
  record: InteractionRecord,
  { body, files }: { body: InteractionCallbackBody; files: Upload[] },
): void {
  switch (body.type) {
    case 4:
      record.originalId = post(world, record, { body: body.data, files }).api.id;
      return;
    case 5: {
      const flags = ((body.data?.flags ?? 0) & EPHEMERAL) | LOADING;
      record.originalId = post(world, record, { body: { flags }, files: [] }).api.id;
      return;
    }
    case 6:
      record.originalId = record.sourceMessageId;
      return;
    case 7:
      record.originalId = record.sourceMessageId;
      applyEdit(world, originalOf(world, record, "@original"), { body: body.data ?? {}, files });
      return;
    case 8:
      record.choices = body.data.choices;
      return;
    case 9:
      record.modal = body.data;
  }
}

/**
 * A follow-up. While the first answer still shows "thinking", the follow-up becomes that answer,
 * and keeps its visibility whatever the flags say.
 */
export function followUp(
  world: World,
  record: InteractionRecord,
  { body, files }: { body: ExecuteWebhookBody; files: Upload[] },
): StoredMessage {
  if (!record.callback) throw new ApiError("unknownWebhook");
  const original =
    record.originalId === undefined ? undefined : find(world, record, record.originalId);
  if (original && ((original.api.flags ?? 0) & LOADING) !== 0) {
    original.api.flags = (original.api.flags ?? 0) & ~LOADING;
    applyEdit(world, original, { body, files });
    return original;
  }
  const posted = post(world, record, { body, files });
  record.followupIds.push(posted.api.id);
  return posted;
}

/** The record while its token lives: before the first answer the webhook does not exist (10015), after 15 minutes the token is invalid (50027). */
export function requireLive(
  world: World,
  record: InteractionRecord | undefined,
): InteractionRecord {
  if (!record?.callback) throw new ApiError("unknownWebhook");
  if (world.now() > record.expiresAt) throw new ApiError("invalidWebhookToken");
  return record;
}

/** The first answer (`@original`) or a follow-up of an interaction. */
export function originalOf(world: World, record: InteractionRecord, id: string): StoredMessage {
  const wanted = id === "@original" ? record.originalId : id;
  const own = wanted === record.originalId || record.followupIds.includes(wanted ?? "");
  const message = wanted !== undefined && own ? find(world, record, wanted) : undefined;
  if (!message) throw new ApiError("unknownMessage");
  return message;
}

function find(world: World, record: InteractionRecord, id: string): StoredMessage | undefined {
  return world.channels.get(record.channelId)?.messages.get(id);
}

function post(
  world: World,
  record: InteractionRecord,
  { body, files }: { body: ExecuteWebhookBody; files: Upload[] },
): StoredMessage {
  const channel = requireChannel(world, record.channelId);
  const flags = body.flags ?? 0;
  const source = record.sourceMessageId && channel.messages.get(record.sourceMessageId);
  const thinking = (flags & LOADING) !== 0;
  return postMessage(world, channel, {
    ...(thinking ? { flags } : toDraft(world, channel, { body, files })),
    author: world.bot,
    webhookId: world.applicationId,
    type: record.kind === "command" ? 20 : 19,
    interaction: toMetadata(world, record),
    ...(source && { replyTo: source }),
    ...((flags & EPHEMERAL) !== 0 && { ephemeralFor: record.userId }),
  });
}

function toMetadata(world: World, record: InteractionRecord): WireInteractionMetadata {
  return {
    id: record.id,
    type: INTERACTION_TYPES[record.kind],
    user: requireUser(world, record.userId),
    authorizing_integration_owners: { 0: record.guildId ?? "0" },
    ...(record.sourceMessageId !== undefined && {
      interacted_message_id: record.sourceMessageId,
    }),
  };
}
