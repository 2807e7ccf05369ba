import { toRoomKey } from "../../../rooms/room-key.ts";
import type { SlackSelf } from "../api/slack-self.ts";
import type { SlackContent } from "./slack-event.ts";

type Stamps = Pick<SlackContent, "ts" | "thread_ts">;

/** The thread a message replies in; the message that a thread hangs on is not in it. */
export function toThread({ ts, thread_ts }: Stamps): string | undefined {
  return thread_ts && thread_ts !== ts ? thread_ts : undefined;
}

/** A mention in a channel is answered in a thread of its own, unless the room has it otherwise. */
export function toPlace(
  { teamId }: SlackSelf,
  event: Stamps & { channel: string },
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

/** Where a message may be stored: a mention in the channel opened the room of its own thread. */
export function toPlaces({ teamId }: SlackSelf, channel: string, message: Stamps): string[] {
  const place = { platform: "slack" as const, workspace: teamId, channel };
  const thread = toThread(message);
  const inThread = toRoomKey({ ...place, thread: thread ?? message.ts });
  return thread === undefined ? [toRoomKey(place), inThread] : [inThread];
}
