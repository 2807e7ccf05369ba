import { setTimeout as pause } from "node:timers/promises";
import { AppError, toErrorMessage } from "../../../base/errors.ts";
import type { Log } from "../../../base/log.ts";
import type { WorkspaceRegister } from "../../../rooms/workspaces/workspace-register.ts";
import { createSlackApi } from "../api/slack-api.ts";
import { toSlackError } from "../api/slack-error.ts";
import { loadSlackIdentity, type SlackSelf, toIdentity } from "../api/slack-self.ts";
import type { SlackTeam } from "../api/slack-teams.ts";
import { watchToken } from "../api/watch-token.ts";

type Options = {
  slack: { botToken?: string | undefined; apiUrl?: string | undefined };
  register: WorkspaceRegister;
  log: Log;
  timeoutMs?: number;
};

/** The workspace of the token that the process was given; undefined where it was given none. */
export function createOwnTeam({ slack, register, log, timeoutMs }: Options) {
  const { botToken, apiUrl } = slack;
  if (botToken === undefined) return undefined;
  let team: SlackTeam | undefined;
  let asking: Promise<SlackTeam | undefined> | undefined;
  const { api, deathOf } = watchToken(
    createSlackApi({ botToken, apiUrl, timeoutMs }),
    async (death) => {
      const reason = toSlackError("a call", death).message;
      const marking = team
        ? register.revoked({ platform: "slack", externalId: team.teamId }, { reason, sealed: null })
        : register.revokedAllBut("slack", { present: [], reason });
      await marking.catch((failure: unknown) =>
        log.error({ error: toErrorMessage(failure) }, "revoked workspace is not marked"),
      );
    },
  );

  const toTeam = (self: SlackSelf): SlackTeam => ({
    teamId: self.teamId,
    api,
    deathOf,
    self,
    botToken,
  });

  async function ask(): Promise<SlackTeam | undefined> {
    const outcome = await api("auth.test", {});
    if (outcome.kind === "refused") return undefined;
    if (outcome.kind === "done") return toTeam(toIdentity(outcome.answer).self);
    throw new AppError("UNAVAILABLE", "Slack does not say now whose the bot token is.");
  }

  return {
    /** Asks Slack whom the token belongs to, and marks that workspace as let in. */
    async open(): Promise<void> {
      const { self, teamName, scopes } = await loadSlackIdentity(api, (ms) => pause(ms));
      team = toTeam(self);
      const ref = { platform: "slack" as const, externalId: self.teamId };
      await register.installed(ref, { name: teamName, ...(scopes.length > 0 && { scopes }) });
    },
    /** The team if it is the token's own. Slack away is an `UNAVAILABLE` error. */
    async find(teamId: string): Promise<SlackTeam | undefined> {
      asking ??= team ? undefined : ask().finally(() => (asking = undefined));
      team ??= await asking;
      return team?.teamId === teamId ? team : undefined;
    },
  };
}
