import { ApiError } from "./api-error.ts";
import { editMessage } from "./change-message.ts";
import type { EditMessageBody } from "./message-shapes.ts";
import type { Draft } from "./post-message.ts";
import type { Upload } from "./route.ts";
import { checkRefs, mergeAttachments, storeUploads } from "./store-uploads.ts";
import type { WireComponent, WireEmbed } from "./wire.ts";
import type { Channel, StoredMessage, World } from "./world.ts";

type Contents = {
  content?: string | null | undefined;
  embeds?: unknown[] | null | undefined;
  components?: unknown[] | null | undefined;
  sticker_ids?: unknown[] | null | undefined;
};
type Sent = { body: EditMessageBody; files: Upload[] };

/**
 * What a checked body says, ready to be posted: leading and trailing white space is cut as on
 * Discord, files are stored. Refuses what would show nothing, and attachments that are not there.
 */
export function toDraft(
  world: World,
  channel: Channel,
  { body, files }: Sent,
): Omit<Draft, "author"> {
  requireContent(body, files.length);
  checkRefs(body.attachments, { files });
  return {
    content: body.content?.trim() ?? "",
    embeds: toEmbeds(body.embeds) ?? [],
    components: toComponents(body.components) ?? [],
    attachments: storeUploads(world, channel.id, { files, refs: body.attachments }),
    allowed: body.allowed_mentions ?? null,
    flags: body.flags ?? 0,
  };
}

/** Applies the body of an edit, whichever door it came through, and returns the message. */
export function applyEdit(
  world: World,
  found: StoredMessage,
  { body, files }: Sent,
): StoredMessage {
  const kept = found.api.attachments;
  checkRefs(body.attachments, { files, kept });
  const attachments = mergeAttachments(world, found.channelId, {
    kept,
    files,
    refs: body.attachments,
  });
  requireContent(withDefaults(body, found.api), (attachments ?? kept).length);
  editMessage(world, found, {
    content: body.content?.trim() ?? body.content,
    embeds: toEmbeds(body.embeds),
    components: toComponents(body.components),
    attachments,
    allowed: body.allowed_mentions ?? null,
  });
  return found;
}

/** A patch over what is there: left out keeps it, null empties it. */
function withDefaults(body: Contents, old: Contents): Contents {
  return {
    content: body.content === undefined ? old.content : body.content,
    embeds: body.embeds === undefined ? old.embeds : body.embeds,
    components: body.components === undefined ? old.components : body.components,
  };
}

/** 50006 for a message that would show nothing. */
function requireContent(body: Contents, files: number): void {
  if (files > 0 || body.content?.trim()) return;
  const parts = [body.embeds, body.components, body.sticker_ids];
  if (!parts.some((part) => part?.length)) throw new ApiError("emptyMessage");
}

function toEmbeds(embeds: EditMessageBody["embeds"]): WireEmbed[] | null | undefined {
  return embeds ? embeds.map((embed) => ({ type: "rich", ...embed }) as WireEmbed) : embeds;
}

/** Discord numbers components that came without an id, depth first from 1. */
function toComponents(
  components: EditMessageBody["components"],
): WireComponent[] | null | undefined {
  let last = 0;
  const number = <T extends object>(part: T): T => {
    last += 1;
    const id = last;
    const inner = "components" in part ? (part.components as object[]) : undefined;
    return { id, ...part, ...(inner && { components: inner.map(number) }) };
  };
  return components ? components.map(number) : components;
}
