import { checkBlockList, checkChunks, checkMetadata } from "../check-content.ts";
import { isStreaming } from "../look-up.ts";
import { toMessageJson } from "../message-json.ts";
import {
  listOf,
  objectOf,
  ownMessage,
  SlackFailure,
  stringOf,
  writableChannel,
  type Call,
  type Method,
} from "../method.ts";
import { changeMessage, storeMessage, threadRoot } from "../store-message.ts";
import type { Channel, Json, Message } from "../world.ts";
import { toLook } from "./chat.ts";

export const streamMethods: Record<string, Method> = {
  "chat.startStream": (call) => {
    const { world, workspace, args } = call;
    checkChunks(args);
    const channel = writableChannel(call);
    requireRecipient(call, channel);
    const threadTs = threadRoot(channel, stringOf(args, "thread_ts") ?? "");
    const message = storeMessage(
      { world, workspace, channel },
      {
        user: workspace.bot.userId,
        botId: workspace.bot.botId,
        text: "",
        threadTs,
        stream: { state: "in_progress", tasks: [], startedAt: Date.now(), isReplaced: false },
        ...toLook(call),
      },
    );
    grow(message, args);
    channel.statuses.delete(threadTs);
    world.changed();
    return { channel: channel.id, ts: message.ts };
  },
  "chat.appendStream": (call) => {
    const { world, args } = call;
    checkChunks(args);
    if (!stringOf(args, "markdown_text") && (listOf(args, "chunks") ?? []).length === 0) {
      throw new SlackFailure("no_text");
    }
    const channel = writableChannel(call);
    const message = streamingMessage(call, channel);
    grow(message, args);
    world.changed();
    return { channel: channel.id, ts: message.ts };
  },
  "chat.stopStream": (call) => {
    const { world, workspace, args } = call;
    checkChunks(args);
    checkBlockList(listOf(args, "blocks"));
    checkMetadata(args);
    const channel = writableChannel(call);
    const message = streamingMessage(call, channel);
    grow(message, args);
    const blocks = listOf(args, "blocks");
    const metadata = objectOf(args, "metadata");
    changeMessage({ world, workspace, channel }, message, {
      ...(message.stream && { stream: { ...message.stream, state: "completed" } }),
      ...(blocks && { blocks: [...(message.blocks ?? []), ...blocks] }),
      ...(metadata && { metadata }),
    });
    const json = toMessageJson(message, { world, workspace, withMetadata: true });
    return { channel: channel.id, ts: message.ts, message: json };
  },
};

/** Outside direct conversations Slack wants to know for whom the text streams. */
function requireRecipient({ workspace, args }: Call, channel: Channel): void {
  if (channel.kind === "im") return;
  const user = stringOf(args, "recipient_user_id");
  if (user === undefined) throw new SlackFailure("missing_recipient_user_id");
  if (stringOf(args, "recipient_team_id") === undefined) {
    throw new SlackFailure("missing_recipient_team_id");
  }
  if (!workspace.people.has(user)) throw new SlackFailure("user_not_found");
}

function streamingMessage(call: Call, channel: Channel): Message {
  const message = ownMessage(call, channel, "message_not_owned_by_app");
  if (isStreaming(call.world, message)) return message;
  throw new SlackFailure("message_not_in_streaming_state");
}

function grow(message: Message, args: Json): void {
  message.text += stringOf(args, "markdown_text") ?? "";
  for (const chunk of listOf(args, "chunks") ?? []) {
    if (chunk["type"] === "markdown_text") message.text += stringOf(chunk, "text") ?? "";
    if (chunk["type"] === "task_update") message.stream?.tasks.push(chunk);
    if (chunk["type"] === "blocks") {
      message.blocks = [...(message.blocks ?? []), ...(listOf(chunk, "blocks") ?? [])];
    }
  }
}
