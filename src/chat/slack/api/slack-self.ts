import { z } from "zod";
import { AppError } from "../../../base/errors.ts";
import type { Sleep } from "./channel-pace.ts";
import type { SlackApi } from "./slack-api.ts";
import { toSlackError } from "./slack-error.ts";

/** Who the app is in its workspace. */
export type SlackSelf = {
  teamId: string;
  userId: string;
  /** Messages under an agent's name carry this id and no user. */
  botId: string;
  name: string;
};

/** Whom a token belongs to, and what it may do. */
export type SlackIdentity = { self: SlackSelf; teamName: string; scopes: string[] };

const Answer = z.object({
  team_id: z.string(),
  team: z.string().nullish(),
  user_id: z.string(),
  bot_id: z.string(),
  user: z.string(),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
});

const MOST_ATTEMPTS = 5;
const FIRST_PAUSE_MS = 1000;

/** Asks Slack whom the token belongs to. A token that Slack refuses is a `FORBIDDEN` error. */
export async function loadSlackIdentity(api: SlackApi, sleep: Sleep): Promise<SlackIdentity> {
  let reason = "";
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    if (attempt > 0) await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    const outcome = await api("auth.test", {});
    if (outcome.kind === "refused") throw toSlackError("auth.test", outcome.error);
    if (outcome.kind === "done") return toIdentity(outcome.answer);
    reason = outcome.kind === "unknown" ? outcome.reason : "rate limit";
  }
  throw new AppError("UNAVAILABLE", `Slack does not answer (${reason}). Is SLACK_API_URL right?`);
}

/** Reads the answer of `auth.test`. */
export function toIdentity(answer: unknown): SlackIdentity {
  const { team_id, team, user_id, bot_id, user, response_metadata } = Answer.parse(answer);
  return {
    self: { teamId: team_id, userId: user_id, botId: bot_id, name: user },
    teamName: team ?? team_id,
    scopes: response_metadata?.scopes ?? [],
  };
}
