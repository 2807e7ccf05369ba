import { z } from "zod";
import { AppError, toErrorMessage } from "../../../base/errors.ts";
import type { ReplyAddress } from "../../../rooms/platform/chat-platform.ts";
import { findReply, toFileName } from "./find-reply.ts";
import { toSlackError } from "../api/slack-error.ts";
import type { SlackSender } from "../api/slack-sender.ts";

const Ticket = z.object({ upload_url: z.url(), file_id: z.string() });
const TIMEOUT_MS = 60_000;

/** Puts the whole reply as a Markdown file beside its first message, once. */
export async function uploadReply(
  sender: SlackSender,
  address: ReplyAddress,
  { deliveryId, markdown }: { deliveryId: string; markdown: string },
): Promise<void> {
  const { channel, thread } = address;
  const content = Buffer.from(markdown.toWellFormed());
  const ticket = await sender.require({
    channel,
    method: "files.getUploadURLExternal",
    args: { filename: toFileName(deliveryId), length: content.length },
  });
  const { upload_url, file_id } = Ticket.parse(ticket);
  await upload(upload_url, content);
  const method = "files.completeUploadExternal";
  const args = {
    files: [{ id: file_id, title: "The whole answer" }],
    channel_id: channel,
    ...(thread !== undefined && { thread_ts: thread }),
  };
  const outcome = await sender.settleOnce({ channel, method, args }, async () => {
    const { hasFile } = await findReply(sender, address, deliveryId);
    return hasFile ? {} : undefined;
  });
  if (outcome.kind === "refused") throw toSlackError(method, outcome.error);
}

async function upload(url: string, content: Buffer): Promise<void> {
  let reason: string;
  try {
    const response = await fetch(url, {
      method: "POST",
      body: new Uint8Array(content),
      headers: { "content-type": "application/octet-stream" },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.ok) return;
    reason = `status ${response.status}`;
  } catch (error) {
    reason = toErrorMessage(error);
  }
  throw new AppError("UNAVAILABLE", `Slack does not take the answer's file now (${reason}).`);
}
