import { findMessage, openDirect } from "../look-up.ts";
import { toMessageJson } from "../message-json.ts";
import {
  channelOf,
  readableChannel,
  SlackFailure,
  stringOf,
  type Call,
  type Method,
} from "../method.ts";
import { emitHere, threadRoot } from "../store-message.ts";
import { CHANNEL_KINDS, type Channel, type Json, type Message, type Workspace } from "../world.ts";
import { toPage } from "./paging.ts";

const TYPE_NAMES: Record<string, Channel["kind"]> = {
  public_channel: "channel",
  private_channel: "group",
  im: "im",
  mpim: "mpim",
};

export const conversationMethods: Record<string, Method> = {
  "conversations.info": (call) => {
    const channel = readableChannel(call, "read");
    const count = call.args["include_num_members"] === true && {
      num_members: channel.members.size,
    };
    return { channel: { ...toChannelJson(channel, call.workspace), ...count } };
  },
  "conversations.list": (call) => listChannels(call, () => true),
  "users.conversations": (call) => {
    const user = stringOf(call.args, "user") ?? call.workspace.bot.userId;
    return listChannels(call, ({ members }) => members.has(user));
  },
  "conversations.members": (call) => {
    const channel = readableChannel(call, "read");
    const { page, metadata } = toPage([...channel.members], call.args, 1000);
    return { members: page, response_metadata: metadata };
  },
  "conversations.history": (call) => {
    const channel = readableChannel(call, "history");
    if (!channel.members.has(call.workspace.bot.userId)) throw new SlackFailure("not_in_channel");
    const shown = ({ threadTs, ts, broadcast }: Message) =>
      threadTs === undefined || threadTs === ts || broadcast;
    return toHistory(call, channel.messages.filter(shown).toReversed());
  },
  "conversations.replies": (call) => {
    const channel = readableChannel(call, "history");
    const root = threadRoot(channel, stringOf(call.args, "ts") ?? "");
    if (findMessage(channel, root) === undefined) throw new SlackFailure("thread_not_found");
    const inThread = ({ ts, threadTs }: Message) => ts === root || threadTs === root;
    return toHistory(call, channel.messages.filter(inThread));
  },
  "conversations.join": (call) => {
    const { world, workspace } = call;
    const channel = channelOf(call);
    if (channel.kind !== "channel") throw new SlackFailure("method_not_supported_for_channel_type");
    if (channel.archived) throw new SlackFailure("is_archived");
    channel.members.add(workspace.bot.userId);
    emitHere(
      { world, workspace, channel },
      {
        type: "member_joined_channel",
        user: workspace.bot.userId,
        channel: channel.id,
        channel_type: "C",
        team: workspace.teamId,
        event_ts: world.nextTs(),
      },
    );
    return { channel: toChannelJson(channel, workspace) };
  },
  "conversations.open": (call) => {
    const { world, workspace, args } = call;
    if (stringOf(args, "channel") !== undefined) return { channel: { id: channelOf(call).id } };
    const users = stringOf(args, "users")?.split(",");
    if (users === undefined) throw new SlackFailure("users_list_not_supplied");
    const [user = ""] = users;
    if (users.length > 1) throw new SlackFailure("too_many_users");
    if (!workspace.people.has(user)) throw new SlackFailure("user_not_found");
    return { channel: { id: openDirect(world, workspace, user).id } };
  },
};

function listChannels(
  { workspace, args, token }: Call,
  wanted: (channel: Channel) => boolean,
): Json {
  const types = (stringOf(args, "types") ?? "public_channel").split(",");
  const kinds = new Set(types.map((type) => TYPE_NAMES[type.trim()]));
  if (kinds.has(undefined)) throw new SlackFailure("invalid_types");
  const scope = [...token.scopes].some((name) => name.endsWith(":read"));
  if (!scope) throw new SlackFailure("missing_scope", { needed: "channels:read", provided: "" });
  const seen = [...workspace.channels.values()].filter(
    (channel) =>
      kinds.has(channel.kind) &&
      wanted(channel) &&
      (channel.kind === "channel" || channel.members.has(workspace.bot.userId)) &&
      !(args["exclude_archived"] === true && channel.archived),
  );
  const { page, metadata } = toPage(seen, args, 1000);
  const channels = page.map((channel) => toChannelJson(channel, workspace));
  return { channels, response_metadata: metadata };
}

function toHistory(call: Call, all: Message[]): Json {
  const { world, workspace, args } = call;
  const oldest = Number(stringOf(args, "oldest") ?? 0);
  const latest = Number(stringOf(args, "latest") ?? Infinity);
  const inclusive = args["inclusive"] === true;
  const within = all.filter(({ ts }) => {
    const at = Number(ts);
    return (at > oldest && at < latest) || (inclusive && (at === oldest || at === latest));
  });
  const { page, metadata } = toPage(within, args, 999);
  const withMetadata = args["include_all_metadata"] === true;
  return {
    messages: page.map((message) => toMessageJson(message, { world, workspace, withMetadata })),
    has_more: metadata.next_cursor !== "",
    response_metadata: metadata,
  };
}

function toChannelJson(channel: Channel, { bot, people }: Workspace): Json {
  const flags = CHANNEL_KINDS.map((kind) => [`is_${kind}`, channel.kind === kind]);
  const other = [...channel.members].find((id) => id !== bot.userId && people.has(id));
  return {
    id: channel.id,
    ...(channel.kind === "im" ? { user: other } : { name: channel.name, creator: channel.creator }),
    ...Object.fromEntries(flags),
    is_private: channel.kind !== "channel",
    is_archived: channel.archived,
    is_member: channel.members.has(bot.userId),
    is_shared: false,
    is_ext_shared: false,
    created: 1_700_000_000,
    topic: { value: "", creator: "", last_set: 0 },
    purpose: { value: "", creator: "", last_set: 0 },
  };
}
