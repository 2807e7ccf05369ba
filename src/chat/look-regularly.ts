import { toErrorMessage } from "../base/errors.ts";
import type { Log } from "../base/log.ts";

const LOOK_EVERY_MS = 15_000;

/**
 * Looks now and four times a minute, one look after the other, until the returned function is called,
 * which waits for the last one. A look that fails is logged in these words, and the next one comes.
 */
export function lookRegularly(
  log: Log,
  look: () => Promise<void>,
  inWords: string,
): () => Promise<void> {
  let looking = Promise.resolve();
  const next = () => {
    looking = looking
      .then(look)
      .catch((error: unknown) => log.warn({ error: toErrorMessage(error) }, inWords));
  };
  next();
  const timer = setInterval(next, LOOK_EVERY_MS);
  return async () => {
    clearInterval(timer);
    await looking;
  };
}
