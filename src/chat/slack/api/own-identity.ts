import type { Clock } from "../../../base/clock.ts";
import { z } from "zod";
import type { SlackApi } from "./slack-api.ts";

/** Who the app is in a workspace, and whether it may write under its agents' names there. */
export type OwnIdentity = { botId: string; namesAgents: boolean };

const Test = z.object({
  bot_id: z.string(),
  response_metadata: z.object({ scopes: z.array(z.string()).default([]) }).optional(),
});

const NAMES_SCOPE = "chat:write.customize";
// Scopes change when the app is installed again.
const KEPT_MS = 600_000;

/** Asked of Slack once in ten minutes; undefined where Slack does not say. */
export function createOwnIdentity(
  api: SlackApi,
  clock: Clock,
): () => Promise<OwnIdentity | undefined> {
  let kept: { until: number; identity: OwnIdentity } | undefined;
  return async () => {
    if (kept && clock.now() < kept.until) return kept.identity;
    const outcome = await api("auth.test", {});
    const test = outcome.kind === "done" ? Test.safeParse(outcome.answer) : undefined;
    if (!test?.success) return undefined;
    const { bot_id: botId, response_metadata: about } = test.data;
    const identity = { botId, namesAgents: about?.scopes.includes(NAMES_SCOPE) ?? false };
    kept = { until: clock.now() + KEPT_MS, identity };
    return identity;
  };
}
