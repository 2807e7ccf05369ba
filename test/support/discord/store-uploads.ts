import { createHash } from "node:crypto";
import type { WireAttachment } from "./wire.ts";
import { ApiError, formError } from "./api-error.ts";
import type { Upload } from "./route.ts";
import type { World } from "./world.ts";

const MAX_BYTES = 10 * 1024 * 1024;

type Ref = {
  id: string | number;
  filename?: string | null | undefined;
  description?: string | null | undefined;
};

/** Keeps files where the CDN address serves them and returns their attachment objects. */
export function storeUploads(
  world: World,
  channelId: string,
  input: { files: readonly Upload[]; refs?: readonly Ref[] | null | undefined },
): WireAttachment[] {
  if (input.files.some(({ data }) => data.byteLength > MAX_BYTES)) throw new ApiError("tooLarge");
  return input.files.map((file) => {
    const ref = input.refs?.find(({ id }) => String(id) === String(file.index));
    const id = world.nextId();
    const filename = (ref?.filename ?? file.filename).replaceAll(/[^\p{L}\p{N}._-]/gu, "_");
    const path = `/attachments/${channelId}/${id}/${encodeURIComponent(filename)}`;
    world.files.set(path, { data: file.data, contentType: file.contentType });
    const url = `${world.cdnUrl()}${path}?${signature(world, id)}`;
    return {
      id,
      filename,
      size: file.data.byteLength,
      url,
      proxy_url: url,
      content_type: file.contentType,
      ...(ref?.description && { description: ref.description }),
    };
  });
}

/** What an edit leaves: the attachments it still lists, and the new files. */
export function mergeAttachments(
  world: World,
  channelId: string,
  input: {
    kept: WireAttachment[];
    files: readonly Upload[];
    refs: readonly Ref[] | null | undefined;
  },
): WireAttachment[] | undefined {
  const { kept, files, refs } = input;
  if (refs === undefined && files.length === 0) return undefined;
  const added = storeUploads(world, channelId, { files, refs });
  if (refs === undefined) return [...kept, ...added];
  const listed = new Set(refs?.map(({ id }) => String(id)));
  return [...kept.filter(({ id }) => listed.has(id)), ...added];
}

/** Refuses `attachments` that name neither an uploaded file nor a known attachment. */
export function checkRefs(
  refs: readonly Ref[] | null | undefined,
  known: { files: readonly Upload[]; kept?: readonly WireAttachment[] },
): void {
  const wrong = refs?.findIndex(
    ({ id }) =>
      !known.files.some(({ index }) => String(index) === String(id)) &&
      !known.kept?.some((attachment) => attachment.id === String(id)),
  );
  if (wrong === undefined || wrong === -1) return;
  const message = "Attachment data not found.";
  throw formError(["attachments", wrong, "id"], "MESSAGE_ATTACHMENT_NOT_FOUND", message);
}

/** Attachment addresses of Discord are signed and run out; the double accepts any signature. */
function signature(world: World, id: string): string {
  const now = Math.floor(world.now() / 1000);
  const hash = createHash("sha256").update(id).digest("hex");
  return `ex=${(now + 86_400).toString(16)}&is=${now.toString(16)}&hm=${hash}`;
}
