import { toErrorMessage } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { ChatPlatforms } from "../rooms/chat-platform.ts";
import type { IncomingMessage, ReceivedMessage } from "../rooms/receive-message.ts";
import { parseRoomKey } from "../rooms/room-key.ts";

const NOBODY_HERE =
  "No agent is in this room, so nobody answers. `/agent list` shows who there is, and `/agent invite` brings one.";

/**
 * Tells somebody who spoke to the product where there is no agent at all, not even a default one: a
 * turn, which would tell it, belongs to an agent. Only whoever stored the message tells, so that it is
 * told at most once; the event is acknowledged meanwhile.
 */
export function tellUnheard(
  { platforms, log }: { platforms: ChatPlatforms; log: Log },
  { roomKey, externalId, person, toBot }: IncomingMessage,
  { duplicate, turnIds, messageId }: ReceivedMessage,
): void {
  if (toBot !== true || duplicate || turnIds.length > 0) return;
  const { platform: name, workspace = "", channel, thread } = parseRoomKey(roomKey);
  log.info({ messageId, platform: name }, "nobody answers: no agent is in the room");
  const address = {
    workspace,
    channel,
    ...(thread !== undefined && { thread }),
    replyTo: externalId,
    person: person.externalId,
  };
  void platforms
    .get(name)
    ?.tellPrivately(address, NOBODY_HERE)
    .catch((error: unknown) =>
      log.warn({ messageId, error: toErrorMessage(error) }, "somebody was not told so"),
    );
}
