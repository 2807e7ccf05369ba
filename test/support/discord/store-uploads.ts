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
      ...(file.pixels && { width: file.pixels, height: file.pixels }),
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

const LIFETIME_S = 86_400;

/** Attachment addresses of Discord are signed and run out after a day. */
function signature(world: World, id: string): string {
  const now = Math.floor(world.now() / 1000);
  const [until, since] = [(now + LIFETIME_S).toString(16), now.toString(16)];
  return `ex=${until}&is=${since}&hm=${toHash(id)}`;
}

function toHash(id: string): string {
  return createHash("sha256").update(id).digest("hex");
}

/** An attachment as a later payload has it: with an address that is good from now on. */
export function signAgain<A extends Pick<WireAttachment, "id" | "url" | "proxy_url">>(
  world: World,
  attachment: A,
): A {
  const [path] = attachment.url.split("?");
  const url = `${path}?${signature(world, attachment.id)}`;
  return { ...attachment, url, proxy_url: url };
}

/** The file behind an address of the CDN; undefined where its signature is wrong or has run out. */
export function findFile(world: World, address: string) {
  const [path = "", query] = address.split("?");
  const params = new URLSearchParams(query);
  const until = params.get("ex") ?? "0";
  const isSigned = params.get("hm") === toHash(path.split("/").at(-2) ?? "");
  const isOver = Number.parseInt(until, 16) * 1000 <= world.now();
  return isSigned && !isOver ? world.files.get(path) : undefined;
}
