import { changedEvent, deletedEvent, messageEvent } from "./event-json.ts";
import { findMessage } from "./look-up.ts";
import { toMessageJson } from "./message-json.ts";
import type { Channel, Message, Workspace, World } from "./world.ts";

type Place = { world: World; workspace: Workspace; channel: Channel };
type Draft = Partial<Message> & Pick<Message, "text">;

/** Puts a message into a channel and tells the app, if it is in that channel. */
export function storeMessage(place: Place, draft: Draft): Message {
  const message: Message = {
    ts: place.world.nextTs(),
    files: [],
    reactions: new Map(),
    broadcast: false,
    ...draft,
  };
  place.channel.messages.push(message);
  const root = findMessage(place.channel, message.threadTs ?? "");
  if (root) root.threadTs = root.ts;
  emitHere(place, messageEvent(place, message));
  place.world.changed();
  return message;
}

/** Changes a message and tells the app with `message_changed`. */
export function changeMessage(place: Place, message: Message, changes: Partial<Message>): void {
  const previous = toMessageJson(message, place);
  Object.assign(message, changes);
  emitHere(place, changedEvent(place, message, previous));
  place.world.changed();
}

export function removeMessage(place: Place, message: Message): void {
  place.channel.messages.splice(place.channel.messages.indexOf(message), 1);
  emitHere(place, deletedEvent(place, message));
  place.world.changed();
}

/** Events of a conversation reach the app only where it is a member. */
export function emitHere({ world, workspace, channel }: Place, event: Record<string, unknown>) {
  if (channel.members.has(workspace.bot.userId)) world.emit(workspace, event);
}

/** The ts that opens the thread of a message: replies to a reply go to the thread's root. */
export function threadRoot(channel: Channel, ts: string): string {
  return findMessage(channel, ts)?.threadTs ?? ts;
}
