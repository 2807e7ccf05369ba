import type { Log } from "../../../base/log.ts";
import { remember } from "../../../base/remember.ts";
import type { Ingress } from "../../../rooms/ingress.ts";
import type { MessageFile } from "../../../rooms/message-file.ts";
import { toFiles } from "../api/slack-files.ts";
import type { SlackSelf } from "../api/slack-self.ts";
import type { AnswerThreads } from "./answer-threads.ts";
import { toPlace, toPlaces, toThread } from "./event-place.ts";
import type { NameBook } from "./name-book.ts";
import type { SlackContent } from "./slack-event.ts";

import { mentionsApp, type SlackWords, toText } from "./to-text.ts";

/** What the events of one workspace are dealt with by. */
export type EventParts = {
  self: SlackSelf;
  ingress: Ingress;
  names: NameBook;
  answers: AnswerThreads;
  /** The mentions stored last: each comes as two events. */
  mentions: Map<string, true>;
  /** The messages deleted last: Slack may send one again after it told of its end. */
  gone: Map<string, true>;
  log: Log;
};

export type PostedContent = SlackContent & {
  channel: string;
  type?: string;
  channel_type?: string | null | undefined;
  /** When Slack told of it, which is finer than what an edit says of itself. */
  event_ts?: string | undefined;
};

/** What people and bots write, and not what Slack writes about joins, topics and pins. */
const WRITTEN = new Set(["", "file_share", "thread_broadcast", "me_message", "bot_message"]);
const SLACKBOT = "USLACKBOT";
const MOST_REMEMBERED = 5000;

/** Stores what somebody wrote, unless that is done, or undone, already. */
export async function receivePosted(parts: EventParts, event: PostedContent): Promise<void> {
  const { self, answers, mentions, gone } = parts;
  const { channel, ts } = event;
  if (isOwn(event, self)) return answers.note({ channel, ts }, toThread(event));
  if (!isWritten(event) || !WRITTEN.has(event.subtype ?? "")) return;
  const key = toKey(channel, ts);
  if (mentions.has(key) || gone.has(key)) return;
  const isMention = event.type === "app_mention" || mentionsApp(event, self);
  const isStored = await store(parts, event, isMention);
  if (isStored && isMention) remember(mentions, key, true, MOST_REMEMBERED);
}

async function store(
  parts: EventParts,
  event: PostedContent,
  isMention: boolean,
): Promise<boolean> {
  const { self, ingress } = parts;
  const content = await toContent(parts, event);
  if (!content) return false;
  // Slack sends an edited mention as a mention too, perhaps before it tells of the edit.
  if (event.edited) await change(parts, { ...event, event_ts: undefined }, content);
  const isDirect = event.channel_type === "im" || event.channel.startsWith("D");
  const place = toPlace(self, event, isMention && !isDirect);
  const more = { ...content, ...(event.bot_id && { fromBot: true }) };
  const toBot = isDirect || isMention;
  await ingress.message({ ...place, ...more, externalId: event.ts, toBot });
  return true;
}

/** The stored message says what it says now; false where none is stored. */
export async function changePosted(parts: EventParts, event: PostedContent): Promise<boolean> {
  const content = await toContent(parts, event);
  return content ? change(parts, event, content) : true;
}

/** A message that is gone stays so, also where Slack tells of it only now. */
export async function removePosted(
  parts: EventParts,
  { channel, ...stamps }: { channel: string } & Pick<SlackContent, "ts" | "thread_ts">,
): Promise<void> {
  remember(parts.gone, toKey(channel, stamps.ts), true, MOST_REMEMBERED);
  for (const roomKey of toPlaces(parts.self, channel, stamps)) {
    await parts.ingress.deleted({ roomKey, externalId: stamps.ts });
  }
}

export function isOwn({ user, bot_id }: SlackContent, self: SlackSelf): boolean {
  return bot_id === self.botId || user === self.userId;
}

/** By a person or another bot, and not by Slack itself. */
export function isWritten({ user, bot_id }: SlackContent): boolean {
  return user !== SLACKBOT && Boolean(bot_id || user);
}

type Content = SlackWords & { files?: MessageFile[] };

async function toContent(parts: EventParts, event: PostedContent): Promise<Content | undefined> {
  const words = await toText(event, parts);
  if (words.text.trim() === "") {
    const { channel, ts } = event;
    parts.log.debug({ channel, ts }, "slack message without words");
    return undefined;
  }
  const files = toFiles(event);
  return { ...words, ...(files.length > 0 && { files }) };
}

async function change(
  { self, ingress }: EventParts,
  event: PostedContent,
  { text, files = [] }: Content,
): Promise<boolean> {
  let isKnown = false;
  const at = toTime(event.event_ts ?? event.edited?.ts);
  for (const roomKey of toPlaces(self, event.channel, event)) {
    const ref = { roomKey, externalId: event.ts };
    isKnown = (await ingress.edited(ref, { text, files, at })) || isKnown;
  }
  return isKnown;
}

/** With all of Slack's six digits behind the second. */
function toTime(stamp: string | undefined): string | undefined {
  const [, seconds, digits = ""] = /^(\d{9,11})\.(\d{1,6})/.exec(stamp ?? "") ?? [];
  if (seconds === undefined) return undefined;
  const date = new Date(Number(seconds) * 1000).toISOString();
  return date.replace(/\.\d+Z$/, `.${digits}Z`);
}

function toKey(channel: string, ts: string): string {
  return `${channel}:${ts}`;
}
