import type { DiscordApi } from "../api/discord-api.ts";

/** The typing sign of the bot, kept up as long as somebody works. */
export type Typing = {
  start(key: string, channel: string): void;
  stop(key: string): void;
  close(): void;
};

// Discord shows it for ten seconds.
const REPEAT_MS = 8000;
const MOST_REPEATS = 150;

export function createTyping(api: DiscordApi): Typing {
  const timers = new Map<string, NodeJS.Timeout>();

  function stop(key: string): void {
    clearInterval(timers.get(key));
    timers.delete(key);
  }

  return {
    start(key, channel) {
      if (timers.has(key)) return;
      let repeats = 0;
      const type = () => {
        repeats += 1;
        if (repeats > MOST_REPEATS) stop(key);
        else api.type(channel).catch(() => stop(key));
      };
      timers.set(key, setInterval(type, REPEAT_MS).unref());
      type();
    },
    stop,
    close() {
      for (const key of timers.keys()) stop(key);
    },
  };
}
