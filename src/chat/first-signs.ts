import { remember } from "../base/remember.ts";
import type { ChatPlatforms } from "../rooms/chat-platform.ts";
import type { IncomingMessage, ReceivedMessage } from "../rooms/receive-message.ts";
import { parseRoomKey } from "../rooms/room-key.ts";

/** Signs that somebody will answer, shown as soon as that can be told. */
export type FirstSigns = {
  /**
   * Shows one before the message is stored, where signs pass or the last who spoke to the product in the
   * same place was answered; what is called with how the message was received puts a wrong guess right.
   */
  expect(incoming: IncomingMessage): (received: ReceivedMessage | undefined) => void;
};

const MOST_REMEMBERED = 20_000;

export function createFirstSigns(platforms: ChatPlatforms): FirstSigns {
  /** For places where people were answered: whether that was in a thread of its own. */
  const answered = new Map<string, boolean>();

  function greet({ externalId: replyTo, text: asked, person }: IncomingMessage, roomKey: string) {
    const { platform, workspace = "", channel, thread } = parseRoomKey(roomKey);
    const place = { workspace, channel, ...(thread !== undefined && { thread }) };
    return platforms.get(platform)?.greet({ ...place, replyTo, asked, person: person.externalId });
  }

  function guess({ roomKey, ownThread, toBot }: IncomingMessage): string | undefined {
    if (toBot !== true) return undefined;
    const inOwnThread = answered.get(roomKey);
    if (inOwnThread === false) return roomKey;
    const { traits } = platforms.get(parseRoomKey(roomKey).platform) ?? {};
    return inOwnThread === true || traits?.signsPass === true ? (ownThread ?? roomKey) : undefined;
  }

  function learn(incoming: IncomingMessage, place: string | undefined): void {
    if (incoming.toBot !== true) return;
    if (place === undefined) answered.delete(incoming.roomKey);
    else remember(answered, incoming.roomKey, place === incoming.ownThread, MOST_REMEMBERED);
  }

  return {
    expect(incoming) {
      const guessed = guess(incoming);
      const withdraw = guessed === undefined ? undefined : greet(incoming, guessed);
      return (received) => {
        const isAnswered = received !== undefined && received.turnIds.length > 0;
        const place = isAnswered ? received.roomKey : undefined;
        if (received?.duplicate !== true) learn(incoming, place);
        const wanted = received?.duplicate === true ? undefined : place;
        if (wanted === guessed) return;
        withdraw?.();
        if (wanted !== undefined) greet(incoming, wanted);
      };
    },
  };
}
