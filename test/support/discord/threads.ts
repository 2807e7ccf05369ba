import type { WireThread } from "./wire.ts";
import { ApiError } from "./api-error.ts";
import { emitInChannel, emitMessage } from "./emit.ts";
import { postMessage } from "./post-message.ts";
import { toApiChannel, toThreadMember, toTimestamp } from "./to-api.ts";
import type { Channel, StoredMessage, World } from "./world.ts";
import { requireUser } from "./world.ts";

const HAS_THREAD = 32;
const FORUM = 15;

export type NewThread = {
  name: string;
  ownerId: string;
  /** The message it starts from: the thread then has that message's id. */
  from?: StoredMessage;
  kind?: 10 | 11 | 12;
  autoArchiveMinutes?: 60 | 1440 | 4320 | 10080;
};

/** Opens a thread under a channel and emits what Discord emits: the thread, the changed parent message, the system message. */
export function startThread(world: World, parent: Channel, input: NewThread): Channel {
  const id = input.from?.api.id ?? world.nextId();
  if (world.channels.has(id)) throw new ApiError("threadExists");
  const createdAt = toTimestamp(world.now());
  const thread: Channel = {
    id,
    type: input.kind ?? 11,
    guildId: parent.guildId,
    parentId: parent.id,
    name: input.name,
    topic: null,
    overwrites: [],
    recipients: [],
    thread: {
      ownerId: input.ownerId,
      archived: false,
      locked: false,
      autoArchiveMinutes: input.autoArchiveMinutes ?? 4320,
      createdAt,
      members: new Set([input.ownerId]),
    },
    messages: new Map(),
    lastMessageId: null,
  };
  world.channels.set(id, thread);
  const d = { ...toApiChannel(world, thread), newly_created: true };
  emitInChannel(world, thread, { t: "THREAD_CREATE", d, family: "GUILDS" });
  announceThread(world, { parent, thread, input });
  return thread;
}

function announceThread(
  world: World,
  { parent, thread, input }: { parent: Channel; thread: Channel; input: NewThread },
): void {
  const author = requireUser(world, input.ownerId);
  if (input.from) {
    const { api } = input.from;
    api.flags = (api.flags ?? 0) | HAS_THREAD;
    api.thread = toApiChannel(world, thread) as unknown as WireThread;
    emitMessage(world, "MESSAGE_UPDATE", input.from);
    postMessage(world, thread, { author, type: 21, replyTo: input.from });
  } else if (thread.type !== 12 && parent.type !== FORUM) {
    postMessage(world, parent, { author, type: 18, content: thread.name, announces: thread });
  }
}

/** Adds or removes a thread member; the bot learns of itself only. */
export function setThreadMember(
  world: World,
  thread: Channel,
  { userId, present }: { userId: string; present: boolean },
): void {
  const members = thread.thread?.members;
  if (!members || members.has(userId) === present) return;
  if (present) members.add(userId);
  else members.delete(userId);
  if (userId !== world.bot.id) return;
  const member = toThreadMember(thread.id, userId, toTimestamp(world.now()));
  emitInChannel(world, thread, {
    t: "THREAD_MEMBERS_UPDATE",
    d: {
      id: thread.id,
      member_count: members.size,
      ...(present ? { added_members: [member] } : { removed_member_ids: [userId] }),
    },
    family: "GUILDS",
  });
}

/** Archives, locks or renames a thread. */
export function updateThread(
  world: World,
  thread: Channel,
  change: {
    archived?: boolean | undefined;
    locked?: boolean | undefined;
    name?: string | undefined;
  },
): void {
  if (!thread.thread) throw new ApiError("unknownChannel");
  thread.thread.archived = change.archived ?? thread.thread.archived;
  thread.thread.locked = change.locked ?? thread.thread.locked;
  thread.name = change.name ?? thread.name;
  const d = toApiChannel(world, thread);
  emitInChannel(world, thread, { t: "THREAD_UPDATE", d, family: "GUILDS" });
}

/** Deletes a channel with its threads, or a thread, or a direct message channel. */
export function removeChannel(world: World, channel: Channel): void {
  const d = channel.thread
    ? { id: channel.id, parent_id: channel.parentId, type: channel.type }
    : toApiChannel(world, channel);
  const t = channel.thread ? "THREAD_DELETE" : "CHANNEL_DELETE";
  emitInChannel(world, channel, { t, d, family: "GUILDS" });
  world.channels.delete(channel.id);
  for (const [id, { parentId }] of world.channels) {
    if (parentId === channel.id) world.channels.delete(id);
  }
}
