import { z } from "zod";
import { AppError } from "../../base/errors.ts";
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

const Answer = z.object({
  team_id: z.string(),
  user_id: z.string(),
  bot_id: z.string(),
  user: z.string(),
});

const MOST_ATTEMPTS = 5;
const FIRST_PAUSE_MS = 1000;

/** Asks Slack whom the token belongs to. A token that Slack refuses is a `FORBIDDEN` error. */
export async function loadSlackSelf(api: SlackApi, sleep: Sleep): Promise<SlackSelf> {
  let reason = "";
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    if (attempt > 0) await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    const outcome = await api("auth.test", {});
    if (outcome.kind === "refused") throw toSlackError("auth.test", outcome.error);
    if (outcome.kind === "done") {
      const { team_id, user_id, bot_id, user } = Answer.parse(outcome.answer);
      return { teamId: team_id, userId: user_id, botId: bot_id, name: user };
    }
    reason = outcome.kind === "unknown" ? outcome.reason : "rate limit";
  }
  throw new AppError("UNAVAILABLE", `Slack does not answer (${reason}). Is SLACK_API_URL right?`);
}
