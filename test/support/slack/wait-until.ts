import type { World } from "./world.ts";

/** Resolves once a condition of the world holds; rejects with its name when that takes too long. */
export function waitUntil(
  world: World,
  what: string,
  holds: () => boolean,
  timeoutMs = 100_000,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error?: Error) => {
      stop();
      clearTimeout(timer);
      clearInterval(poll);
      if (error) reject(error);
      else resolve();
    };
    const look = () => {
      if (holds()) end();
    };
    const stop = world.onChange(look);
    // For conditions that also look at things outside of the world.
    const poll = setInterval(look, 20);
    const timer = setTimeout(() => end(new Error(`still waiting for: ${what}`)), timeoutMs);
    look();
  });
}
