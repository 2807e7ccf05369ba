import type { RawFile } from "discord.js";
import type { ButtonRow } from "../buttons/discord-buttons.ts";

/** What one message says. The file goes along as an attachment, over any that was there. */
export type MessageBody = {
  content: string;
  file?: { name: string; text: string } | undefined;
  /** The rows of buttons below it; absent leaves those that are there. */
  components?: readonly ButtonRow[] | undefined;
};

/** A draft is tried once, since its next version comes anyway. */
export type Insistence = "once" | "retry";

/** Whatever the text says, it pings nobody but the person who is answered. */
export function toJson({ content, file, components }: MessageBody, mention: string | undefined) {
  return {
    content,
    ...(components && { components: [...components] }),
    allowed_mentions: {
      parse: [],
      replied_user: true,
      ...(mention !== undefined && { users: [mention] }),
    },
    ...(file && { attachments: [{ id: "0", filename: file.name }] }),
  };
}

export function toFiles({ file }: MessageBody): RawFile[] {
  return file
    ? [{ name: file.name, data: Buffer.from(file.text), contentType: "text/markdown" }]
    : [];
}
