import { emitHere } from "./store-message.ts";
import type { Channel, Message, Workspace, World } from "./world.ts";

type Place = { world: World; workspace: Workspace; channel: Channel };

/** Adds a person's or the app's reaction and tells the app; false where it was there already. */
export function react(place: Place, message: Message, userId: string, name: string): boolean {
  const users = message.reactions.get(name) ?? new Set<string>();
  if (users.has(userId)) return false;
  message.reactions.set(name, users.add(userId));
  tell(place, "reaction_added", message, userId, name);
  return true;
}

/** Takes a reaction back; false where there was none. */
export function unreact(place: Place, message: Message, userId: string, name: string): boolean {
  const users = message.reactions.get(name);
  if (users === undefined || !users.delete(userId)) return false;
  if (users.size === 0) message.reactions.delete(name);
  tell(place, "reaction_removed", message, userId, name);
  return true;
}

function tell(place: Place, type: string, message: Message, user: string, reaction: string): void {
  emitHere(place, {
    type,
    user,
    reaction,
    item: { type: "message", channel: place.channel.id, ts: message.ts },
    ...(message.user !== undefined && { item_user: message.user }),
    event_ts: place.world.nextTs(),
  });
  place.world.changed();
}
