import type { ChatPlatform } from "../../../rooms/chat-platform.ts";
import type { MessageFile } from "../../../rooms/message-file.ts";
import { downloadFile } from "../../download-file.ts";
import type { DiscordMessage } from "../events/read-message.ts";

const ORIGINS = ["https://cdn.discordapp.com", "https://media.discordapp.net"];
/** What models look at; a larger image tells them no more. */
const PREVIEW_PIXELS = 1568;

export function toFiles({ attachments }: DiscordMessage): MessageFile[] {
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
function toPreview({
  proxy_url: proxy,
  width,
  height,
}: DiscordMessage["attachments"][number]): string | undefined {
  if (!width || !height || !URL.canParse(proxy)) return undefined;
  const scale = Math.min(1, PREVIEW_PIXELS / Math.max(width, height));
  const url = new URL(proxy);
  url.searchParams.set("width", String(Math.max(1, Math.round(width * scale))));
  url.searchParams.set("height", String(Math.max(1, Math.round(height * scale))));
  return url.href;
}

/** Files of Discord are read without a token, by their signed address. */
export function createFileReader(cdnUrl: string | undefined): ChatPlatform["readFile"] {
  const origins = cdnUrl === undefined ? ORIGINS : [new URL(cdnUrl).origin];
  return async (_workspace, { url = "" }, options) => {
    const { bytes } = await downloadFile({ ...options, url, origins });
    return bytes;
  };
}
