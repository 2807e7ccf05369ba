import { type AppError, toErrorMessage } from "../../base/errors.ts";
import { newId } from "../../base/ids.ts";
import { retryWhileAway } from "../retry.ts";
import type { RoomClient } from "../room-client.ts";

/** What was typed and is on its way, in order, one at a time. */
export type Outbox = {
  add(text: string): void;
  /** True while something waits or is on its way. */
  isBusy(): boolean;
  /** What has not arrived yet. */
  unsent(): string[];
};

type Listener = {
  onSent: (sent: { messageId: string; turnIds: string[] }) => void;
  /** The server cannot be reached; said once per message, which is tried again and again. */
  onAway: (error: AppError) => void;
  /** The server refused a message: it is dropped. */
  onRefused: (message: string) => void;
  /** Everything was sent. */
  onEmpty: () => void;
};

export function createOutbox(
  room: Pick<RoomClient, "send">,
  signal: AbortSignal,
  listener: Listener,
): Outbox {
  const waiting: { id: string; text: string }[] = [];

  async function drain(): Promise<void> {
    for (let next = waiting[0]; next; next = waiting[0]) {
      const { id, text } = next;
      await sendOne(id, text);
      if (signal.aborted) return;
      waiting.shift();
    }
    listener.onEmpty();
  }

  async function sendOne(id: string, text: string): Promise<void> {
    let told = false;
    const onAway = (error: AppError) => {
      if (!told) listener.onAway(error);
      told = true;
    };
    try {
      listener.onSent(await retryWhileAway(() => room.send(text, id), { signal, onAway }));
    } catch (error) {
      if (!signal.aborted) listener.onRefused(toErrorMessage(error));
    }
  }

  return {
    add(text) {
      waiting.push({ id: newId(), text });
      if (waiting.length === 1) void drain();
    },
    isBusy: () => waiting.length > 0,
    unsent: () => waiting.map(({ text }) => text),
  };
}
