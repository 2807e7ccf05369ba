import { randomUUID } from "node:crypto";
import { mentionEvent } from "./event-json.ts";
import {
  openDirect,
  requireChannel,
  requireMessage,
  requirePerson,
  requireWorkspace,
} from "./look-up.ts";
import { toMessageJson } from "./message-json.ts";
import { mimetypeOf } from "./methods/files.ts";
import { react, unreact } from "./react.ts";
import { toRichText } from "./rich-text.ts";
import {
  changeMessage,
  emitHere,
  removeMessage,
  storeMessage,
  threadRoot,
} from "./store-message.ts";
import type { Channel, Json, Message, SharedFile, Workspace, World } from "./world.ts";

/** Channel and person by id or name; `dm` as the channel is the person's conversation with the app. */
export type Spot = { team?: string; channel: string };
export type Said = Spot & {
  user: string;
  text: string;
  thread_ts?: string;
  /** Puts the app's mention in front of the text. */
  mention?: boolean;
  /** `app_mention` before its `message` twin; Slack promises no order. */
  mentionFirst?: boolean;
  files?: readonly { name: string; content: string | Uint8Array; mimetype?: string }[];
  /** Another app's message: bot_id (of this name where one is given), no client_msg_id. */
  byBot?: boolean | string;
};
export type Where = Spot & { ts: string };

/** What people do in Slack; each sends the app the events that Slack sends. */
export function createPeople(world: World) {
  function place({ team, channel }: Spot, user?: string) {
    if (channel !== "dm") return { world, ...requireChannel(world, channel, team) };
    const workspace = requireWorkspace(world, team);
    const person = requirePerson(workspace, user ?? "");
    return { world, workspace, channel: openDirect(world, workspace, person.id) };
  }

  return {
    /** Posts a message; a mention of the app comes as `message` and as `app_mention`, except in direct messages. */
    say(said: Said): { ts: string; channel: string; thread_ts?: string } {
      const spot = place(said, said.user);
      const { workspace, channel } = spot;
      const person = requirePerson(workspace, said.user);
      const text = said.mention === true ? `<@${workspace.bot.userId}> ${said.text}` : said.text;
      const message: Message = toMessage(world, said, person.id, text, channel);
      const mentioned = mentions(spot, text);
      if (mentioned && said.mentionFirst === true) emitHere(spot, mentionEvent(spot, message));
      storeMessage(spot, message);
      if (mentioned && said.mentionFirst !== true) emitHere(spot, mentionEvent(spot, message));
      const thread = message.threadTs !== undefined && { thread_ts: message.threadTs };
      return { ts: message.ts, channel: channel.id, ...thread };
    },
    /** Changes the words; where they mention the app, that is an `app_mention` once more. */
    edit({ text, ...where }: Where & { text: string }): void {
      const spot = place(where);
      const message = requireMessage(spot.channel, where.ts);
      const user = message.user ?? "";
      const blocks = [toRichText(text)];
      changeMessage(spot, message, { text, blocks, edited: { user, ts: world.nextTs() } });
      if (mentions(spot, text)) emitHere(spot, mentionEvent(spot, message));
    },
    /** A link preview arrives: `message_changed` although nobody edited the words. */
    unfurl(where: Where): void {
      const spot = place(where);
      const message = requireMessage(spot.channel, where.ts);
      changeMessage(spot, message, {
        attachments: [{ id: 1, from_url: "https://example.com/", title: "Example", text: "" }],
      });
    },
    remove(where: Where): void {
      const spot = place(where);
      removeMessage(spot, requireMessage(spot.channel, where.ts));
    },
    /** False where that reaction was there already. */
    react({ user, name, ...where }: Where & { user: string; name: string }): boolean {
      const spot = place(where, user);
      const person = requirePerson(spot.workspace, user);
      return react(spot, requireMessage(spot.channel, where.ts), person.id, name);
    },
    unreact({ user, name, ...where }: Where & { user: string; name: string }): boolean {
      const spot = place(where, user);
      const person = requirePerson(spot.workspace, user);
      return unreact(spot, requireMessage(spot.channel, where.ts), person.id, name);
    },
    /** A person, or the app where no user is named, comes into a channel. */
    join({ user, ...spot }: Spot & { user?: string }): void {
      const { workspace, channel } = place(spot, user);
      const id = user === undefined ? workspace.bot.userId : requirePerson(workspace, user).id;
      channel.members.add(id);
      emitHere({ world, workspace, channel }, memberEvent("member_joined_channel", id, channel));
      world.changed();
    },
    /** The app's own removal is told with `channel_left`; nothing more comes from that channel. */
    leave({ user, ...spot }: Spot & { user?: string }): void {
      const { workspace, channel } = place(spot, user);
      const id = user === undefined ? workspace.bot.userId : requirePerson(workspace, user).id;
      channel.members.delete(id);
      if (id === workspace.bot.userId) {
        const actor = { channel: channel.id, actor_id: "", event_ts: world.nextTs() };
        world.emit(workspace, { type: "channel_left", ...actor });
      } else
        emitHere({ world, workspace, channel }, memberEvent("member_left_channel", id, channel));
      world.changed();
    },
    archive(spot: Spot): void {
      const { workspace, channel } = place(spot);
      channel.archived = true;
      const event = { type: "channel_archive", channel: channel.id, event_ts: world.nextTs() };
      world.emit(workspace, event);
    },
    openHome({ team, user, tab = "home" }: { team?: string; user: string; tab?: string }): void {
      const { workspace, person, channel } = direct(world, team, user);
      const home = workspace.homes.get(person.id);
      world.emit(workspace, {
        type: "app_home_opened",
        user: person.id,
        channel: channel.id,
        event_ts: world.nextTs(),
        tab,
        ...(home && { view: home.view }),
      });
    },
    /** Opens an assistant conversation with the app; answers its thread. */
    startAssistant({ team, user, from }: { team?: string; user: string; from?: string }): Thread {
      const { workspace, person, channel } = direct(world, team, user);
      const { ts } = storeMessage(
        { world, workspace, channel },
        { user: workspace.bot.userId, botId: workspace.bot.botId, text: "New Assistant Thread" },
      );
      const context = from === undefined ? {} : { channel_id: from, team_id: workspace.teamId };
      world.emit(workspace, {
        type: "assistant_thread_started",
        assistant_thread: {
          user_id: person.id,
          context: { ...context, enterprise_id: null },
          channel_id: channel.id,
          thread_ts: ts,
        },
        event_ts: world.nextTs(),
      });
      return { channel: channel.id, thread_ts: ts };
    },
    /** Any event at all, as it stands: unknown types, malformed ones. */
    emitRaw(event: Json, team?: string): void {
      world.emit(requireWorkspace(world, team), event);
    },
    messageJson({ channel, ts, team }: Where): Json {
      const spot = place({ channel, ...(team !== undefined && { team }) });
      return toMessageJson(requireMessage(spot.channel, ts), spot);
    },
  };

  function memberEvent(type: string, user: string, channel: Channel): Json {
    const { workspace } = requireChannel(world, channel.id);
    return {
      type,
      user,
      channel: channel.id,
      channel_type: channel.kind === "group" ? "G" : "C",
      team: workspace.teamId,
      event_ts: world.nextTs(),
    };
  }
}

function mentions({ workspace, channel }: ReturnType<typeof requireChannel>, text: string) {
  return text.includes(`<@${workspace.bot.userId}>`) && channel.kind !== "im";
}

type Thread = { channel: string; thread_ts: string };

function direct(world: World, team: string | undefined, user: string) {
  const workspace: Workspace = requireWorkspace(world, team);
  const person = requirePerson(workspace, user);
  return { workspace, person, channel: openDirect(world, workspace, person.id) };
}

function toMessage(
  world: World,
  said: Said,
  user: string,
  text: string,
  channel: Channel,
): Message {
  const root = said.thread_ts === undefined ? undefined : threadRoot(channel, said.thread_ts);
  return {
    ts: world.nextTs(),
    user,
    text,
    ...(text !== "" && { blocks: [toRichText(text)] }),
    ...(root !== undefined && { threadTs: root }),
    ...(said.byBot ? byBot(said.byBot) : { clientMsgId: randomUUID() }),
    files: (said.files ?? []).map((file) => toSharedFile(world, file, user)),
    reactions: new Map(),
    broadcast: false,
  };
}

/** A named bot is one that posts under a name of its own, as incoming webhooks and workflows do. */
function byBot(bot: true | string): Pick<Message, "botId" | "username"> {
  if (bot === true) return { botId: "B0ANOTHERAPP" };
  return { botId: `B0${bot.toUpperCase().replaceAll(/[^A-Z0-9]/g, "")}`, username: bot };
}

function toSharedFile(
  world: World,
  { name, content, mimetype }: NonNullable<Said["files"]>[number],
  createdBy: string,
): SharedFile {
  const file: SharedFile = {
    id: world.newId("F"),
    name,
    title: name,
    mimetype: mimetype ?? mimetypeOf(name),
    content: Buffer.from(content as Uint8Array),
    createdBy,
    uploaded: true,
    shared: true,
  };
  world.files.set(file.id, file);
  return file;
}
