import { z } from "zod";
import { AppError } from "../../../base/errors.ts";
import { createSlackApi, type SlackApi, type SlackOutcome } from "../api/slack-api.ts";
import { type SlackIdentity, toIdentity } from "../api/slack-self.ts";

/** What a workspace has granted, complete. */
export type SlackGrant = {
  teamId: string;
  teamName: string;
  scopes: string[];
  botToken: string;
  identity: SlackIdentity;
};

type Options = {
  clientId: string;
  clientSecret: string;
  apiUrl: string | undefined;
  redirectUri: string | undefined;
};

const Answer = z.object({
  access_token: z.string(),
  token_type: z.string(),
  scope: z.string(),
  team: z.object({ id: z.string(), name: z.string().nullish() }).nullish(),
  is_enterprise_install: z.boolean().nullish(),
  refresh_token: z.string().nullish(),
});

const AGAIN = "Begin again at /slack/install.";
const REFUSALS: Record<string, string> = {
  invalid_code: `This installation was begun too long ago, or is complete already. ${AGAIN}`,
  code_already_used: `This installation is complete already. ${AGAIN}`,
  bad_redirect_uri:
    "Slack does not know this address. An operator adds it under OAuth & Permissions, Redirect URLs, and sets PUBLIC_URL.",
  invalid_client_id: "SLACK_CLIENT_ID is wrong. An operator finds it under Basic Information.",
  bad_client_secret: "SLACK_CLIENT_SECRET is wrong. An operator finds it under Basic Information.",
};
const ORG_WIDE =
  "This is an installation for a whole Enterprise organization. Troupe is installed into one workspace " +
  `at a time, so that nothing crosses from one to another: choose a workspace on Slack's page. ${AGAIN}`;
const ROTATES =
  "Slack hands out tokens that expire, because token rotation is on for this app. It cannot be turned off " +
  "again: an operator makes a new app from Troupe's manifest.";

/**
 * Turns the code that Slack sent back into a bot token, and asks whose it is. Installations that Troupe
 * does not serve are given back to Slack and are a `FORBIDDEN` error that says why.
 */
export async function exchangeCode(
  code: string,
  { clientId, clientSecret, apiUrl, redirectUri }: Options,
): Promise<SlackGrant> {
  const outcome = await createSlackApi({ apiUrl })("oauth.v2.access", {
    client_id: clientId,
    client_secret: clientSecret,
    code,
    ...(redirectUri !== undefined && { redirect_uri: redirectUri }),
  });
  const answer = Answer.parse(requireDone(outcome));
  const botToken = answer.access_token;
  const api = createSlackApi({ botToken, apiUrl });
  const { team } = answer;
  if (answer.is_enterprise_install || !team) return giveBack(api, ORG_WIDE);
  if (answer.refresh_token) return giveBack(api, ROTATES);
  if (answer.token_type !== "bot") return giveBack(api, `Slack gave no bot token. ${AGAIN}`);
  const identity = toIdentity(requireDone(await api("auth.test", {})));
  if (identity.self.teamId !== team.id) {
    return giveBack(api, `Slack's answer is about two workspaces. ${AGAIN}`);
  }
  const scopes = answer.scope.split(",").filter((scope) => scope !== "");
  return { teamId: team.id, teamName: team.name ?? team.id, scopes, botToken, identity };
}

function requireDone(outcome: SlackOutcome): unknown {
  if (outcome.kind === "done") return outcome.answer;
  if (outcome.kind === "refused") {
    const known = REFUSALS[outcome.error] ?? `Slack refused the installation. ${AGAIN}`;
    throw new AppError("INVALID", `${known} (Slack: ${outcome.error})`);
  }
  throw new AppError("UNAVAILABLE", `Slack does not answer now. ${AGAIN}`);
}

/** A token that nobody keeps should not live on. */
async function giveBack(api: SlackApi, reason: string): Promise<never> {
  await api("auth.revoke", {});
  throw new AppError("FORBIDDEN", reason);
}
