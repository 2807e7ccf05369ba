import { AppError } from "../../base/errors.ts";
import type { ChatPlatform } from "../../rooms/platform/chat-platform.ts";
import type { MessageFile } from "../../rooms/messages/message-file.ts";
import {
  type FileContent,
  isLargeImage,
  MOST_BYTES,
  readContent,
  tooLarge,
} from "./file-content.ts";

const UNREADABLE = /^(?:audio|video)\//;

type From = {
  platform: ChatPlatform;
  workspace: string;
  /** The platform's own id of the message that the file came with. */
  messageId: string;
  signal: AbortSignal;
};

/**
 * Fetches a file and reads it. `passing` says that another time may do better: that is not to be
 * remembered.
 */
export async function fetchFile(
  from: From,
  file: MessageFile,
): Promise<{ content: FileContent; passing: boolean }> {
  const refused = refuseUnseen(file);
  if (refused) return { content: refused, passing: false };
  try {
    return { content: readContent(await readBest(from, file)), passing: false };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const passing = error.code === "UNAVAILABLE";
    return { content: { kind: "unread", reason: error.message }, passing };
  }
}

/** What need not be fetched to know that it is not read. */
function refuseUnseen({ mimeType = "", bytes = 0, previewUrl }: MessageFile) {
  if (UNREADABLE.test(mimeType)) {
    const reason = `sound and film are not read (${mimeType.slice(0, 40)})`;
    return { kind: "unread" as const, reason };
  }
  const isOverlong = bytes > MOST_BYTES && previewUrl === undefined;
  return isOverlong ? tooLarge(bytes, MOST_BYTES, "file") : undefined;
}

/** The file itself, or the platform's smaller rendering of an image that is too large. */
async function readBest(from: From, file: MessageFile): Promise<Buffer> {
  const { bytes = 0, previewUrl } = file;
  if (previewUrl === undefined) return read(from, file);
  const preview = { ...file, url: previewUrl };
  if (bytes > MOST_BYTES) return read(from, preview);
  const found = await read(from, file);
  return isLargeImage(found) ? read(from, preview) : found;
}

function read({ platform, workspace, ...rest }: From, file: MessageFile): Promise<Buffer> {
  return platform.readFile(workspace, file, { mostBytes: MOST_BYTES, ...rest });
}
