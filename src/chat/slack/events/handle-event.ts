import { toRoomKey } from "../../../rooms/room-key.ts";
import {
  changePosted,
  type EventParts,
  isOwn,
  isWritten,
  receivePosted,
  removePosted,
} from "./receive-posted.ts";
import { parseSlackEvent, type SlackContent, type SlackEvent } from "./slack-event.ts";
import { mentionsApp } from "./to-text.ts";

type Changed = Extract<SlackEvent, { kind: "changed" }>;
type Deleted = Extract<SlackEvent, { kind: "deleted" }>;
type Reaction = Extract<SlackEvent, { kind: "reaction" }>;

/** Whoever these are about should be told, by way of the log. */
const NOTABLE = new Set(["channel_left", "group_left"]);
const MEANT = new Set(["message", "app_mention", "reaction_added", "reaction_removed"]);
const GOOD = /^(?:\+1|thumbsup)(?:::|$)/;
const BAD = /^(?:-1|thumbsdown)(?:::|$)/;
// What was edited so soon and is not known may have been written while nobody listened, and is under way.
const LATE_S = 600;

/** Hands one event of the workspace to the ingress; resolved means that it is stored, or says nothing. */
export function createEventHandler(options: Omit<EventParts, "mentions" | "gone">) {
  const parts: EventParts = { ...options, mentions: new Map(), gone: new Map() };
  const { log } = parts;
  return async (event: unknown): Promise<void> => {
    const known = parseSlackEvent(event);
    switch (known?.kind) {
      case "posted":
        return receivePosted(parts, known);
      case "changed":
        return follow(parts, known);
      case "deleted":
        return forget(parts, known);
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

/** Slack sends link previews and finished streams as changes too: an edit says that it is one. */
async function follow(parts: EventParts, event: Changed): Promise<void> {
  const { channel, channel_type, event_ts, message, previous_message: previous } = event;
  const { ts, thread_ts } = message;
  if (message.subtype === "tombstone") return removePosted(parts, { channel, ts, thread_ts });
  const isEdit = message.edited && message.edited.ts !== previous?.edited?.ts;
  if (!isEdit || isOwn(message, parts.self) || !isWritten(message)) return;
  const posted = { ...message, channel, channel_type, event_ts };
  const isKnown = await changePosted(parts, posted);
  if (isNews(parts, event, isKnown)) await receivePosted(parts, posted);
}

/** Whether a person speaks to the app only now, or is heard for the first time. */
function isNews({ self }: EventParts, { message, previous_message }: Changed, isKnown: boolean) {
  if (message.bot_id) return false;
  if (!isKnown && isLate(message)) return true;
  const wasMention = isKnown && previous_message != null && mentionsApp(previous_message, self);
  return mentionsApp(message, self) && !wasMention;
}

function isLate({ ts, edited }: SlackContent): boolean {
  return Number(edited?.ts) - Number(ts) < LATE_S;
}

async function forget(
  parts: EventParts,
  { channel, deleted_ts: ts, previous_message: previous }: Deleted,
): Promise<void> {
  await removePosted(parts, { channel, ts, thread_ts: previous?.thread_ts });
}

async function judge(
  { self, ingress, names, answers }: EventParts,
  event: Reaction,
): Promise<void> {
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
  const name = (await names.people([user])).get(user) ?? user;
  await ingress.reaction(
    { roomKey, externalId: place.ts },
    { person: { externalId: user, name }, verdict, added: event.type === "reaction_added" },
  );
}
