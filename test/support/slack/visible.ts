import { requireChannel, requirePerson } from "./look-up.ts";
import { objectOf, stringOf } from "./method.ts";
import { textOfBlocks } from "./rich-text.ts";
import type { Channel, Json, Message, Workspace, World } from "./world.ts";

export type Button = { actionId: string; text: string; value: string; type: string };

/** A message as a person sees it now: edits and streams applied, the deleted gone. */
export type VisibleMessage = {
  ts: string;
  threadTs?: string;
  author: { kind: "person" | "app" | "other-app"; name: string; icon?: string };
  /** Blocks where there are any (the text is only their fallback then), else the text. */
  text: string;
  buttons: Button[];
  edited: boolean;
  streaming: boolean;
  reactions: Record<string, number>;
  files: { id: string; name: string; title: string }[];
  metadata?: Json;
};

/** What people see: lists in the order of posting. */
export function createView(world: World) {
  /** A channel without a thread: what stands in it; with one: the thread's root and its replies. */
  function visibleMessages(channelName: string, thread?: string): VisibleMessage[] {
    const { workspace, channel } = requireChannel(world, channelName);
    const inThread = ({ ts, threadTs }: Message) => ts === thread || threadTs === thread;
    const inChannel = ({ ts, threadTs, broadcast }: Message) =>
      threadTs === undefined || threadTs === ts || broadcast;
    return channel.messages
      .filter(thread === undefined ? inChannel : inThread)
      .map((message) => toVisible(message, workspace));
  }

  return {
    visibleMessages,
    /** Only what the app itself has posted. */
    appMessages(channelName: string, thread?: string): VisibleMessage[] {
      return visibleMessages(channelName, thread).filter(({ author }) => author.kind === "app");
    },
    /** Ephemeral messages that this person was shown there, and nobody else. */
    ephemerals(channelName: string, user: string, thread?: string) {
      const { workspace, channel } = requireChannel(world, channelName);
      const { id } = requirePerson(workspace, user);
      return channel.ephemerals
        .filter((each) => each.user === id && (thread === undefined || each.threadTs === thread))
        .map(({ ts, threadTs, text, blocks }) => ({
          ts,
          ...(threadTs !== undefined && { threadTs }),
          text: blocks.length > 0 ? textOfBlocks(blocks) : text,
          buttons: toButtons(blocks),
        }));
    },
    /** "is thinking …" in a thread, until it is cleared or the app posts there. */
    status(channelName: string, thread: string): string | undefined {
      return requireChannel(world, channelName).channel.statuses.get(thread);
    },
    /** The home tab of a person, as the app published it. */
    home(workspace: Workspace, user: string): Json | undefined {
      return workspace.homes.get(requirePerson(workspace, user).id)?.view;
    },
  };
}

function toVisible(message: Message, workspace: Workspace): VisibleMessage {
  return {
    ts: message.ts,
    ...(message.threadTs !== undefined && { threadTs: message.threadTs }),
    author: authorOf(message, workspace),
    text: shownText(message),
    buttons: toButtons(message.blocks ?? []),
    edited: message.edited !== undefined,
    streaming: message.stream?.state === "in_progress",
    reactions: Object.fromEntries([...message.reactions].map(([name, { size }]) => [name, size])),
    files: message.files.map(({ id, name, title }) => ({ id, name, title })),
    ...(message.metadata && { metadata: message.metadata }),
  };
}

function authorOf(message: Message, { bot, people }: Workspace): VisibleMessage["author"] {
  const icon = message.icon !== undefined && { icon: message.icon };
  if (message.botId === bot.botId) {
    return { kind: "app", name: message.username ?? bot.name, ...icon };
  }
  const name = people.get(message.user ?? "")?.name ?? "?";
  return { kind: message.botId === undefined ? "person" : "other-app", name };
}

function shownText({ text, blocks, attachments, stream }: Message): string {
  const fromBlocks = textOfBlocks(blocks ?? []);
  const fromAttachments = (attachments ?? []).map((each) => stringOf(each, "text") ?? "");
  // A stream shows its text, then its blocks; elsewhere the text is the fallback for blocks.
  const isStream = stream !== undefined && !stream.isReplaced;
  const body = isStream ? [text, fromBlocks] : [fromBlocks === "" ? text : fromBlocks];
  return [...body, ...fromAttachments].filter((part) => part !== "").join("\n");
}

function toButtons(blocks: readonly Json[]): Button[] {
  return interactiveElements(blocks).map(({ element }) => ({
    actionId: stringOf(element, "action_id") ?? "",
    text: stringOf(objectOf(element, "text") ?? {}, "text") ?? "",
    value: stringOf(element, "value") ?? "",
    type: stringOf(element, "type") ?? "",
  }));
}

/** Buttons, menus and inputs with the block that they stand in. */
export function interactiveElements(blocks: readonly Json[]): { block: Json; element: Json }[] {
  return blocks.flatMap((block) => {
    const nested = [block["elements"], block["accessory"], block["element"]].flat() as Json[];
    return nested
      .filter((element) => element?.["action_id"] !== undefined)
      .map((element) => ({ block, element }));
  });
}

/** The message or ephemeral message with this ts. */
export function findPosted({ messages, ephemerals }: Channel, ts: string) {
  const ephemeral = ephemerals.find((each) => each.ts === ts);
  const message = messages.find((each) => each.ts === ts);
  return { ephemeral, message };
}
