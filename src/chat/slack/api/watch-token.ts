import type { SlackApi } from "./slack-api.ts";
import { TOKEN_ERRORS } from "./slack-error.ts";

export type WatchedToken = {
  api: SlackApi;
  /** What Slack said when it did not take the token any more. */
  readonly deathOf: () => string | undefined;
};

/**
 * The calls of one token. Once Slack has said that it is dead, that is told, once, and no further
 * call is made with it.
 */
export function watchToken(api: SlackApi, onDead: (error: string) => Promise<void>): WatchedToken {
  let dead: string | undefined;
  let telling: Promise<void> | undefined;
  const watched: SlackApi = async (method, args) => {
    if (dead !== undefined) return { kind: "refused", error: dead };
    const outcome = await api(method, args);
    if (outcome.kind !== "refused" || !TOKEN_ERRORS.has(outcome.error)) return outcome;
    dead ??= outcome.error;
    telling ??= onDead(dead);
    await telling;
    return outcome;
  };
  return { api: watched, deathOf: () => dead };
}
