import { GraphqlFault, sendMessage, type SentMessage } from "../graphql-client.ts";
import { pause } from "../until.ts";
import type { Random } from "./random.ts";

export type Sent = SentMessage & {
  room: string;
  marker: string;
  /** The same message delivered again; what came back must be the same. */
  again: SentMessage | undefined;
};

type Plan = { rooms: number; messagesPerRoom: number; pauseMs: number };

const RETRY_MS = 100;

/**
 * Writes in all rooms at once, in each room one message after the other, some in bursts. A message
 * is sent again, under the same id, until it is taken; every fifth is delivered twice.
 */
export async function sendMessages(
  { urls, random }: { urls: readonly string[]; random: Random },
  { rooms, messagesPerRoom, pauseMs }: Plan,
): Promise<Sent[]> {
  const send = async (room: number): Promise<Sent[]> => {
    const sent: Sent[] = [];
    for (let n = 1; n <= messagesPerRoom; n++) {
      if (!random.chance(0.3)) await pause(random.between(0, 2 * pauseMs));
      const message = toMessage(room, n);
      const marker = message.clientMessageId;
      const isTwin = (room + n) % 5 === 0;
      const [first, again] = await Promise.all([
        sendUntilTaken(random.pick(urls), message),
        isTwin ? sendUntilTaken(random.pick(urls), message) : undefined,
      ]);
      sent.push({ ...first, room: message.room, marker, again });
    }
    return sent;
  };
  const sent = await Promise.all(Array.from({ length: rooms }, (_, index) => send(index + 1)));
  return sent.flat();
}

function toMessage(room: number, n: number) {
  const marker = `m-${room}-${n}`;
  return {
    room: `console:fault-${room}`,
    person: `p-${room}-${n}`,
    text: `What about ${marker}?`,
    clientMessageId: marker,
  };
}

async function sendUntilTaken(
  url: string,
  message: ReturnType<typeof toMessage>,
): Promise<SentMessage> {
  for (;;) {
    try {
      return await sendMessage(url, message);
    } catch (error) {
      const isPermanent = error instanceof GraphqlFault && error.code !== "UNAVAILABLE";
      if (isPermanent) throw error;
      await pause(RETRY_MS);
    }
  }
}
