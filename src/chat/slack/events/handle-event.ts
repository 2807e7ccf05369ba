import type { Log } from "../../../base/log.ts";
import { remember } from "../../../base/remember.ts";
import type { Ingress } from "../../../rooms/ingress.ts";
import { toRoomKey } from "../../../rooms/room-key.ts";
import type { AnswerThreads } from "./answer-threads.ts";
import type { PersonNames } from "./person-names.ts";
import { parseSlackEvent, type SlackContent, type SlackEvent } from "./slack-event.ts";
import { toFiles } from "../api/slack-files.ts";
import type { SlackSelf } from "../api/slack-self.ts";
import { mentionsApp, toText } from "./to-text.ts";

type Posted = Extract<SlackEvent, { kind: "posted" }>;
type Changed = Extract<SlackEvent, { kind: "changed" }>;
type Deleted = Extract<SlackEvent, { kind: "deleted" }>;
type Reaction = Extract<SlackEvent, { kind: "reaction" }>;

type Parts = {
  self: SlackSelf;
  ingress: Ingress;
  names: PersonNames;
  answers: AnswerThreads;
  /** The mentions stored last: each comes as two events. */
  mentions: Map<string, true>;
  log: Log;
};

/** What people and bots write, and not what Slack writes about joins, topics and pins. */
const WRITTEN = new Set(["", "file_share", "thread_broadcast", "me_message", "bot_message"]);
/** Whoever these are about should be told, by way of the log. */
const NOTABLE = new Set(["channel_left", "group_left"]);
const MEANT = new Set(["message", "app_mention", "reaction_added", "reaction_removed"]);
const GOOD = /^(?:\+1|thumbsup)(?:::|$)/;
const BAD = /^(?:-1|thumbsdown)(?:::|$)/;
const SLACKBOT = "USLACKBOT";
const MOST_MENTIONS = 5000;

/** Hands one event of the workspace to the ingress; resolved means that it is stored, or says nothing. */
export function createEventHandler(options: Omit<Parts, "mentions">) {
  const parts: Parts = { ...options, mentions: new Map() };
  const { log } = parts;
  return async (event: unknown): Promise<void> => {
    const known = parseSlackEvent(event);
    switch (known?.kind) {
      case "posted":
        return receive(parts, known);
      case "changed":
        return follow(parts, known);
      case "deleted":
        return forget(parts, known.channel, known);
      case "reaction":
        return judge(parts, known);
      case undefined: {
        const { type } = event as { type?: unknown };
        if (NOTABLE.has(String(type))) log.warn({ type }, "slack has taken something away");
        else if (MEANT.has(String(type))) log.warn({ type }, "slack event is malformed");
        else log.debug({ type }, "slack event without meaning here");
      }
    }
  };
}

async function receive(parts: Parts, event: Posted): Promise<void> {
  const { self, answers, mentions } = parts;
  const { channel, ts } = event;
  if (isOwn(event, self)) return answers.note({ channel, ts }, toThread(event));
  if (!isWritten(event) || !WRITTEN.has(event.subtype ?? "")) return;
  const isMention = event.type === "app_mention" || mentionsApp(event, self);
  const twin = `${channel}:${ts}`;
  if (mentions.has(twin)) return;
  await store(parts, event, isMention);
  if (isMention) remember(mentions, twin, true, MOST_MENTIONS);
}

async function store(parts: Parts, event: Posted, isMention: boolean): Promise<void> {
  const { self, ingress, log } = parts;
  const { channel, ts } = event;
  const isDirect = event.channel_type === "im" || channel.startsWith("D");
  const { text, person } = await toText(event, parts);
  if (text.trim() === "") return log.debug({ channel, ts }, "slack message without words");
  const files = toFiles(event);
  const more = { ...(files.length > 0 && { files }), ...(event.bot_id && { fromBot: true }) };
  const toBot = isDirect || isMention;
  const place = toPlace(self, event, isMention && !isDirect);
  await ingress.message({ ...place, person, text, externalId: ts, toBot, ...more });
}

/** A mention in a channel is answered in a thread of its own, unless the room has it otherwise. */
function toPlace(
  { teamId }: SlackSelf,
  event: Posted,
  isMention: boolean,
): { roomKey: string; ownThread?: string } {
  const place = { platform: "slack" as const, workspace: teamId, channel: event.channel };
  const thread = toThread(event);
  if (thread !== undefined) return { roomKey: toRoomKey({ ...place, thread }) };
  const roomKey = toRoomKey(place);
  return isMention
    ? { roomKey, ownThread: toRoomKey({ ...place, thread: event.ts }) }
    : { roomKey };
}

/** Slack sends link previews and finished streams as changes too: an edit says that it is one. */
async function follow(
  parts: Parts,
  { channel, message, previous_message }: Changed,
): Promise<void> {
  if (message.subtype === "tombstone") {
    return forget(parts, channel, { deleted_ts: message.ts, previous_message: message });
  }
  const isEdit = message.edited && message.edited.ts !== previous_message?.edited?.ts;
  if (!isEdit || isOwn(message, parts.self) || !isWritten(message)) return;
  const { text } = await toText(message, parts);
  if (text.trim() === "") return;
  const files = toFiles(message);
  for (const roomKey of roomKeys(parts.self, channel, message)) {
    await parts.ingress.edited({ roomKey, externalId: message.ts }, { text, files });
  }
}

async function forget(
  { self, ingress }: Parts,
  channel: string,
  { deleted_ts, previous_message }: Pick<Deleted, "deleted_ts" | "previous_message">,
): Promise<void> {
  const message = { ts: deleted_ts, thread_ts: previous_message?.thread_ts };
  for (const roomKey of roomKeys(self, channel, message)) {
    await ingress.deleted({ roomKey, externalId: deleted_ts });
  }
}

async function judge({ self, ingress, names, answers }: Parts, event: Reaction): Promise<void> {
  const { user, reaction, item, item_user: writer } = event;
  const verdict = GOOD.test(reaction) ? "good" : BAD.test(reaction) ? "bad" : undefined;
  if (!verdict || user === self.userId || !item.channel || !item.ts) return;
  if (writer && writer !== self.userId) return;
  const place = { channel: item.channel, ts: item.ts };
  const answer = await answers.find(place);
  if (!answer.own) return;
  const { thread } = answer;
  const roomKey = toRoomKey({
    platform: "slack",
    workspace: self.teamId,
    channel: place.channel,
    ...(thread !== undefined && { thread }),
  });
  const name = (await names([user])).get(user) ?? user;
  await ingress.reaction(
    { roomKey, externalId: place.ts },
    { person: { externalId: user, name }, verdict, added: event.type === "reaction_added" },
  );
}

function isOwn({ user, bot_id }: SlackContent, self: SlackSelf): boolean {
  return bot_id === self.botId || user === self.userId;
}

/** By a person or another bot, and not by Slack itself. */
function isWritten({ user, bot_id }: SlackContent): boolean {
  return user !== SLACKBOT && Boolean(bot_id || user);
}

/** The thread a message replies in; the message that a thread hangs on is not in it. */
function toThread({ ts, thread_ts }: Pick<SlackContent, "ts" | "thread_ts">): string | undefined {
  return thread_ts && thread_ts !== ts ? thread_ts : undefined;
}

/** Where a message may be stored: a mention in the channel opened the room of its own thread. */
function roomKeys(
  { teamId }: SlackSelf,
  channel: string,
  message: Pick<SlackContent, "ts" | "thread_ts">,
): string[] {
  const place = { platform: "slack" as const, workspace: teamId, channel };
  const thread = toThread(message);
  const inThread = toRoomKey({ ...place, thread: thread ?? message.ts });
  return thread === undefined ? [toRoomKey(place), inThread] : [inThread];
}
