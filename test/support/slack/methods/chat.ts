import { checkContent, ShapeFailure, TEXT_LIMIT, UPDATE_TEXT_LIMIT } from "../check-content.ts";
import { findMessage, isStreaming, openDirect } from "../look-up.ts";
import { toMessageJson } from "../message-json.ts";
import {
  channelOf,
  listOf,
  objectOf,
  ownMessage,
  SlackFailure,
  stringOf,
  writableChannel,
  type Call,
  type Method,
} from "../method.ts";
import { changeMessage, removeMessage, storeMessage, threadRoot } from "../store-message.ts";
import type { Channel, Json, Message } from "../world.ts";

export const chatMethods: Record<string, Method> = {
  "chat.postMessage": (call) => {
    const { world, workspace, args } = call;
    checkContent(args);
    const channel = targetOf(call);
    const place = { world, workspace, channel };
    const message = storeMessage(place, {
      user: workspace.bot.userId,
      botId: workspace.bot.botId,
      text: truncate(call),
      ...toContent(args),
      ...toThread(channel, args),
      ...toLook(call),
      broadcast: args["reply_broadcast"] === true,
      ...(objectOf(args, "metadata") && { metadata: objectOf(args, "metadata") ?? {} }),
    });
    if (message.threadTs !== undefined) channel.statuses.delete(message.threadTs);
    const json = toMessageJson(message, { ...place, withMetadata: true });
    return { channel: channel.id, ts: message.ts, message: json };
  },
  "chat.update": (call) => {
    const { world, workspace, args } = call;
    checkContent(args);
    const channel = writableChannel(call);
    const message = ownMessage(call, channel, "cant_update_message");
    if (isStreaming(world, message)) throw new SlackFailure("streaming_state_conflict");
    const text = stringOf(args, "text") ?? stringOf(args, "markdown_text") ?? message.text;
    if (stringOf(args, "markdown_text") === undefined && text.length > UPDATE_TEXT_LIMIT) {
      throw new ShapeFailure("msg_too_long", [`text over ${UPDATE_TEXT_LIMIT} in chat.update`]);
    }
    const metadata = objectOf(args, "metadata");
    changeMessage({ world, workspace, channel }, message, {
      text,
      ...toContent(args),
      ...(metadata && { metadata }),
      ...(message.stream && { stream: { ...message.stream, isReplaced: true } }),
      edited: { user: workspace.bot.userId, ts: world.nextTs() },
    });
    const json = toMessageJson(message, { world, workspace, withMetadata: true });
    return { channel: channel.id, ts: message.ts, text, message: json };
  },
  "chat.delete": (call) => {
    const channel = channelOf(call);
    const message = ownMessage(call, channel, "cant_delete_message");
    if (isStreaming(call.world, message)) throw new SlackFailure("cant_delete_message");
    removeMessage({ ...call, channel }, message);
    return { channel: channel.id, ts: message.ts };
  },
  "chat.postEphemeral": (call) => {
    const { world, args } = call;
    checkContent(args);
    const text = stringOf(args, "text") ?? stringOf(args, "markdown_text") ?? "";
    if (text.length > TEXT_LIMIT) {
      throw new ShapeFailure("msg_too_long", [`text over ${TEXT_LIMIT}`]);
    }
    const channel = writableChannel(call);
    const user = stringOf(args, "user") ?? "";
    if (!channel.members.has(user)) throw new SlackFailure("user_not_in_channel");
    const ts = world.nextTs();
    const blocks = listOf(args, "blocks") ?? [];
    channel.ephemerals.push({ ts, user, text, blocks, ...toThread(channel, args) });
    world.changed();
    return { message_ts: ts };
  },
  "chat.getPermalink": (call) => {
    const channel = channelOf(call);
    const ts = stringOf(call.args, "message_ts") ?? "";
    if (findMessage(channel, ts) === undefined) throw new SlackFailure("message_not_found");
    const domain = `https://${call.workspace.domain}.slack.com`;
    const permalink = `${domain}/archives/${channel.id}/p${ts.replace(".", "")}`;
    return { channel: channel.id, permalink };
  },
};

/** `channel` may also be `#name` or a person's id, which means the direct conversation. */
function targetOf(call: Call): Channel {
  const { world, workspace, args } = call;
  const target = stringOf(args, "channel") ?? "";
  if (workspace.people.has(target)) return openDirect(world, workspace, target);
  if (!target.startsWith("#")) return writableChannel(call);
  const named = [...workspace.channels.values()].find(({ name }) => `#${name}` === target);
  return writableChannel({ ...call, args: { ...args, channel: named?.id ?? "" } });
}

/** Slack cuts a posted text at 40,000 characters and says ok; that loses words, so it is a violation too. */
function truncate({ args, violated }: Call): string {
  const text = stringOf(args, "text") ?? stringOf(args, "markdown_text") ?? "";
  if (text.length > TEXT_LIMIT) violated(`text over ${TEXT_LIMIT} characters was cut`);
  return text.slice(0, TEXT_LIMIT);
}

/** Blocks and attachments that are not given stay as they are; markdown takes the place of blocks. */
function toContent(args: Json): Partial<Message> {
  const blocks = listOf(args, "blocks");
  const attachments = listOf(args, "attachments");
  const markdown = stringOf(args, "markdown_text");
  return {
    ...(blocks && { blocks }),
    ...(markdown !== undefined && { blocks: [{ type: "markdown", text: markdown }] }),
    ...(attachments && { attachments }),
  };
}

function toThread(channel: Channel, args: Json): { threadTs?: string } {
  const ts = stringOf(args, "thread_ts");
  return ts === undefined ? {} : { threadTs: threadRoot(channel, ts) };
}

/** A custom name or icon; without chat:write.customize Slack leaves it out and says nothing. */
export function toLook({ args, token }: Call): Pick<Message, "username" | "icon"> {
  if (!token.scopes.has("chat:write.customize")) return {};
  const username = stringOf(args, "username");
  const icon = stringOf(args, "icon_emoji") ?? stringOf(args, "icon_url");
  return { ...(username !== undefined && { username }), ...(icon !== undefined && { icon }) };
}
