import { ApiError } from "./api-error.ts";
import { can } from "./permissions.ts";
import { postMessage } from "./post-message.ts";
import type { StoredMessage, World } from "./world.ts";
import { requireChannel, requireMessage, requireUser } from "./world.ts";
import { storeUploads } from "./store-uploads.ts";
import { updateThread } from "./threads.ts";

/** Something a person writes. */
export type SaidInput = {
  channel: string;
  user: string;
  text?: string;
  /** Users put as mentions before the text; `text` may hold mentions of its own. */
  mentions?: string[];
  replyTo?: string;
  /** Whether a reply pings its author; people may switch it off. */
  pingReplied?: boolean;
  /** `base64` for bytes, `text` for text. */
  attachments?: {
    filename: string;
    contentType: string;
    base64?: string;
    text?: string;
    pixels?: number;
  }[];
  nonce?: string;
};

/** Posts what a person says, if they may speak there, as Discord delivers it. */
export function say(world: World, input: SaidInput): StoredMessage {
  const channel = requireChannel(world, input.channel);
  const right = channel.thread ? "SEND_MESSAGES_IN_THREADS" : "SEND_MESSAGES";
  if (!can(world, input.user, channel, right)) throw new ApiError("missingPermissions");
  if (channel.thread?.archived) updateThread(world, channel, { archived: false });
  const replyTo = input.replyTo === undefined ? undefined : requireMessage(channel, input.replyTo);
  const mentions = (input.mentions ?? []).map((id) => `<@${id}>`);
  const files = (input.attachments ?? []).map((file, index) => ({
    index,
    filename: file.filename,
    contentType: file.contentType,
    ...(file.pixels !== undefined && { pixels: file.pixels }),
    data: Buffer.from(
      file.base64 ?? file.text ?? "",
      file.base64 === undefined ? "utf8" : "base64",
    ),
  }));
  return postMessage(world, channel, {
    author: requireUser(world, input.user),
    content: [...mentions, input.text ?? ""].join(" ").trim(),
    attachments: storeUploads(world, channel.id, { files }),
    ...(replyTo && { replyTo }),
    ...(input.pingReplied === false && {
      allowed: { parse: ["users", "roles", "everyone"], replied_user: false },
    }),
    ...(input.nonce !== undefined && { nonce: input.nonce }),
  });
}
