import type { DiscordApi } from "../api/discord-api.ts";

/** The typing sign of the bot, kept up as long as somebody works. */
export type Typing = {
  /** Shows it at once, or after a while where there is another sign to be seen. */
  start(key: string, channel: string, afterMs?: number): void;
  stop(key: string): void;
  close(): void;
};

// Discord shows it for ten seconds.
const REPEAT_MS = 8000;
const MOST_REPEATS = 150;

export function createTyping(api: DiscordApi): Typing {
  const timers = new Map<string, NodeJS.Timeout>();

  function stop(key: string): void {
    clearTimeout(timers.get(key));
    timers.delete(key);
  }

  return {
    start(key, channel, afterMs = 0) {
      if (timers.has(key)) return;
      let repeats = 0;
      const type = () => {
        repeats += 1;
        if (repeats > MOST_REPEATS) return stop(key);
        timers.set(key, setTimeout(type, REPEAT_MS).unref());
        api.type(channel).catch(() => stop(key));
      };
      if (afterMs === 0) type();
      else timers.set(key, setTimeout(type, afterMs).unref());
    },
    stop,
    close() {
      for (const key of timers.keys()) stop(key);
    },
  };
}
