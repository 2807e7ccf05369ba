import { toFileJson } from "../message-json.ts";
import {
  listOf,
  numberOf,
  SlackFailure,
  stringOf,
  writableChannel,
  type Method,
} from "../method.ts";
import { storeMessage, threadRoot } from "../store-message.ts";
import type { SharedFile } from "../world.ts";

export const fileMethods: Record<string, Method> = {
  "files.getUploadURLExternal": ({ world, workspace, args }) => {
    const name = stringOf(args, "filename") ?? "";
    if ((numberOf(args, "length") ?? 0) < 1) throw new SlackFailure("invalid_arguments");
    const file: SharedFile = {
      id: world.newId("F"),
      name,
      title: name,
      mimetype: mimetypeOf(name),
      content: Buffer.alloc(0),
      createdBy: workspace.bot.userId,
      uploaded: false,
      shared: false,
    };
    world.files.set(file.id, file);
    return { upload_url: `${world.origin}/upload/v1/${file.id}`, file_id: file.id };
  },
  "files.completeUploadExternal": (call) => {
    const { world, workspace, args } = call;
    const wanted = listOf(args, "files") ?? [];
    const files = wanted.map((entry) => {
      const file = world.files.get(stringOf(entry, "id") ?? "");
      if (file === undefined || !file.uploaded) throw new SlackFailure("file_not_found");
      file.title = stringOf(entry, "title") ?? file.title;
      return file;
    });
    if (stringOf(args, "channel_id") !== undefined) {
      const channel = writableChannel(call, "channel_id");
      const threadTs = stringOf(args, "thread_ts");
      storeMessage(
        { world, workspace, channel },
        {
          user: workspace.bot.userId,
          botId: workspace.bot.botId,
          text: stringOf(args, "initial_comment") ?? "",
          files,
          ...(threadTs !== undefined && { threadTs: threadRoot(channel, threadTs) }),
        },
      );
      for (const file of files) file.shared = true;
    }
    return { files: files.map((file) => toFileJson(file, world)) };
  },
  "files.info": ({ world, args }) => {
    const file = world.files.get(stringOf(args, "file") ?? "");
    if (file === undefined) throw new SlackFailure("file_not_found");
    return { file: toFileJson(file, world), comments: [], response_metadata: { next_cursor: "" } };
  },
};

const MIMETYPES: Record<string, string> = {
  gif: "image/gif",
  jpg: "image/jpeg",
  md: "text/markdown",
  pdf: "application/pdf",
  png: "image/png",
  txt: "text/plain",
};

export function mimetypeOf(name: string): string {
  return MIMETYPES[name.split(".").at(-1) ?? ""] ?? "application/octet-stream";
}
