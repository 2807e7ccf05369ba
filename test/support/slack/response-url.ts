import { checkContent } from "./check-content.ts";
import { listOf, SlackFailure, stringOf } from "./method.ts";
import { changeMessage, removeMessage, storeMessage } from "./store-message.ts";
import { findPosted } from "./visible.ts";
import type { Channel, Json, ResponseUrl, Workspace, World } from "./world.ts";

/** What was sent to a response_url: throws `SlackFailure` where the address is used up or the content is refused. */
export function respondTo(world: World, id: string, args: Json): void {
  const { target, workspace, channel } = useUp(world, id);
  if (args["delete_original"] === true) removeOriginal(world, workspace, channel, target);
  else if (args["replace_original"] === true) {
    checkContent(args);
    replaceOriginal(world, workspace, channel, target, args);
  } else {
    checkContent(args);
    post(world, workspace, channel, target, args);
  }
  world.changed();
}

function useUp(world: World, id: string) {
  const target = world.responseUrls.get(id);
  const workspace = world.workspaces.get(target?.teamId ?? "");
  const channel = workspace?.channels.get(target?.channelId ?? "");
  if (!target || !workspace || !channel) throw new SlackFailure("invalid_url");
  if (target.expiresAt < Date.now()) throw new SlackFailure("expired_url");
  if (target.usesLeft === 0) throw new SlackFailure("used_url");
  target.usesLeft -= 1;
  return { target, workspace, channel };
}

function post(
  world: World,
  workspace: Workspace,
  channel: Channel,
  target: ResponseUrl,
  args: Json,
): void {
  const text = stringOf(args, "text") ?? "";
  const blocks = listOf(args, "blocks");
  const threadTs = stringOf(args, "thread_ts") ?? target.threadTs;
  const thread = threadTs !== undefined && { threadTs };
  if (args["response_type"] === "in_channel") {
    const { userId: user, botId } = workspace.bot;
    storeMessage(
      { world, workspace, channel },
      { user, botId, text, ...(blocks && { blocks }), ...thread },
    );
    return;
  }
  const ts = world.nextTs();
  channel.ephemerals.push({ ts, user: target.userId, text, blocks: blocks ?? [], ...thread });
}

function replaceOriginal(
  world: World,
  workspace: Workspace,
  channel: Channel,
  target: ResponseUrl,
  args: Json,
): void {
  const { message, ephemeral } = findPosted(channel, target.messageTs ?? "");
  const text = stringOf(args, "text") ?? "";
  const blocks = listOf(args, "blocks") ?? [];
  const edited = { user: workspace.bot.userId, ts: world.nextTs() };
  if (ephemeral) Object.assign(ephemeral, { text, blocks });
  if (message) changeMessage({ world, workspace, channel }, message, { text, blocks, edited });
}

function removeOriginal(
  world: World,
  workspace: Workspace,
  channel: Channel,
  target: ResponseUrl,
): void {
  const { message, ephemeral } = findPosted(channel, target.messageTs ?? "");
  if (ephemeral) channel.ephemerals.splice(channel.ephemerals.indexOf(ephemeral), 1);
  if (message) removeMessage({ world, workspace, channel }, message);
}
