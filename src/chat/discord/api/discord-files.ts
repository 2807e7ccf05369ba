import type { APIAttachment } from "discord.js";
import type { Clock } from "../../../base/clock.ts";
import { AppError } from "../../../base/errors.ts";
import type { ChatPlatform } from "../../../rooms/platform/chat-platform.ts";
import type { MessageFile } from "../../../rooms/messages/message-file.ts";
import { type Download, downloadFile } from "../../download-file.ts";
import type { DiscordApi } from "./discord-api.ts";

const ORIGINS = ["https://cdn.discordapp.com", "https://media.discordapp.net"];
/** What models look at; a larger image tells them no more. */
const PREVIEW_PIXELS = 1568;
const CLOCK_SKEW_MS = 60_000;
const PLACE = /\/attachments\/(\d{1,20})\/(\d{1,20})\//;

type Attachment = Pick<
  APIAttachment,
  "content_type" | "filename" | "height" | "id" | "proxy_url" | "size" | "url" | "width"
>;

/** A message as far as its files go. */
export type Attached = { attachments: Attachment[] };

export function toFiles({ attachments }: Attached): MessageFile[] {
  return attachments.map((attachment) => {
    const { id, filename, content_type: mimeType, size, url } = attachment;
    const previewUrl = toPreview(attachment);
    return {
      id,
      name: filename,
      ...(mimeType !== undefined && { mimeType }),
      bytes: size,
      url,
      ...(previewUrl !== undefined && { previewUrl }),
    };
  });
}

/** Discord's media proxy scales images to the size that is asked for. */
function toPreview({ proxy_url: proxy, width, height }: Attachment): string | undefined {
  if (!width || !height || !URL.canParse(proxy)) return undefined;
  const scale = Math.min(1, PREVIEW_PIXELS / Math.max(width, height));
  const url = new URL(proxy);
  url.searchParams.set("width", String(Math.max(1, Math.round(width * scale))));
  url.searchParams.set("height", String(Math.max(1, Math.round(height * scale))));
  return url.href;
}

type Reader = {
  api: Pick<DiscordApi, "message">;
  clock: Clock;
  cdnUrl: string | undefined;
};

/**
 * Files of Discord are read without a token, by their signed address. That runs out after about a day;
 * then the message is read again, because it comes with fresh ones
 * (https://docs.discord.com/developers/reference, "Signed Attachment CDN URLs").
 */
export function createFileReader({ api, clock, cdnUrl }: Reader): ChatPlatform["readFile"] {
  const origins = cdnUrl === undefined ? ORIGINS : [new URL(cdnUrl).origin];

  async function download(
    url: string,
    { mostBytes, signal }: Pick<Download, "mostBytes" | "signal">,
  ): Promise<Buffer> {
    return (await downloadFile({ url, mostBytes, signal, origins })).bytes;
  }

  return async (_workspace, file, options) => {
    const { url = "" } = file;
    if (isOver(url, clock)) return download(await refresh(api, file, options.messageId), options);
    try {
      return await download(url, options);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "NOT_FOUND") throw error;
      options.signal.throwIfAborted();
      const fresh = await refresh(api, file, options.messageId);
      if (fresh === url) throw error;
      return download(fresh, options);
    }
  };
}

/** Whether the address says that it has run out. */
function isOver(url: string, clock: Clock): boolean {
  const until = URL.canParse(url) ? new URL(url).searchParams.get("ex") : null;
  if (until === null || !/^[0-9a-f]{1,10}$/i.test(until)) return false;
  return Number.parseInt(until, 16) * 1000 <= clock.now() + CLOCK_SKEW_MS;
}

/** The file's address as its message has it now, of the smaller rendering where that one was asked for. */
async function refresh(
  api: Reader["api"],
  { id, url = "", previewUrl }: MessageFile,
  messageId: string,
): Promise<string> {
  const [, channel] = PLACE.exec(url) ?? [];
  if (channel === undefined) throw new AppError("NOT_FOUND", "it was deleted");
  const message = await api.message(channel, messageId).catch((error: unknown) => {
    throw toReason(error);
  });
  const { referenced_message: shown, message_snapshots: forwarded = [] } = message;
  const said = [message, ...(shown ? [shown] : []), ...forwarded.map((each) => each.message)];
  const found = said.flatMap(toFiles).find((file) => file.id === id);
  if (found?.url === undefined) throw new AppError("NOT_FOUND", "it was deleted");
  return url === previewUrl ? (found.previewUrl ?? found.url) : found.url;
}

/** In half a sentence, for whoever wanted to read the file. */
function toReason(cause: unknown): unknown {
  if (!(cause instanceof AppError)) return cause;
  const { code } = cause;
  if (code === "UNAVAILABLE") {
    return new AppError(code, "the platform does not give it now", { cause });
  }
  const reason =
    code === "NOT_FOUND" ? "it was deleted" : "Discord does not show the bot its message any more";
  return new AppError(code, reason, { cause });
}
