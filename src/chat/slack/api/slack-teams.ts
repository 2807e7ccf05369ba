import { z } from "zod";
import type { Clock } from "../../../base/clock.ts";
import { AppError, toErrorMessage } from "../../../base/errors.ts";
import type { Log } from "../../../base/log.ts";
import { remember } from "../../../base/remember.ts";
import type { Installation } from "../../../rooms/workspaces/installation.ts";
import type { WorkspaceRegister } from "../../../rooms/workspaces/workspace-register.ts";
import { createOwnTeam } from "../events/own-team.ts";
import { createSlackApi, type SlackApi } from "./slack-api.ts";
import { toSlackError } from "./slack-error.ts";
import type { SlackSelf } from "./slack-self.ts";
import { watchToken, type WatchedToken } from "./watch-token.ts";

/** A workspace that lets the app in, with its own token. */
export type SlackTeam = WatchedToken & { teamId: string; self: SlackSelf; botToken: string };

/**
 * The workspaces of the app, each with the token it has at the moment: that of its installation, else
 * the process's own where it is of that workspace. A token is used for its workspace and no other.
 */
export type SlackTeams = {
  /** The same object as long as the token is the same; undefined where the app is not installed. */
  find(teamId: string): Promise<SlackTeam | undefined>;
  /** Calls for a workspace, by the token it has at each of them. */
  apiOf(teamId: string): SlackApi;
  /** The token of a workspace, for its files alone; undefined where the app is not installed. */
  tokenOf(teamId: string): Promise<string | undefined>;
  /** Another address of the Web API than Slack's own. */
  readonly apiUrl: string | undefined;
  /** Slack says that something was revoked: finds out what, and resolves once it is dealt with. */
  verify(teamId: string): Promise<void>;
  /** Why nothing can be done in a workspace, and what to do about it; undefined where it can. */
  closedReason(teamId: string): Promise<string | undefined>;
  /** Makes sure of the process's own token, if it has one. A refused one is a `FORBIDDEN` error. */
  openOwn(): Promise<void>;
};

/** What is stored for a workspace, sealed. */
export type SlackCredentials = z.infer<typeof Credentials>;
const Credentials = z.object({
  botToken: z.string(),
  userId: z.string(),
  botId: z.string(),
  botName: z.string(),
});

type Options = {
  slack: { botToken?: string | undefined; apiUrl?: string | undefined };
  register: WorkspaceRegister;
  clock: Clock;
  log: Log;
  timeoutMs?: number;
};
type Stored = Installation & { sealed: string };
type Entry = { sealed: string; team: SlackTeam };

const RETEST_MS = 60_000;
const MOST_KEPT = 5000;
const NOT_INSTALLED =
  "The app is not installed in this Slack workspace. Install it at /slack/install, or set SLACK_BOT_TOKEN.";
const UNINSTALLED = "The app was removed from the workspace in Slack.";

export function createSlackTeams(options: Options): SlackTeams {
  const { slack, register, clock, log, timeoutMs } = options;
  const { apiUrl } = slack;
  const entries = new Map<string, Entry>();
  const retested = new Map<string, number>();
  const own = createOwnTeam(options);
  const toRef = (externalId: string) => ({ platform: "slack" as const, externalId });

  /** The team of stored tokens, made anew when they change. */
  function toTeam({ externalId: teamId, sealed }: Stored): SlackTeam {
    const kept = entries.get(teamId);
    if (kept?.sealed === sealed) return kept.team;
    const credentials = register.credentials({ ...toRef(teamId), sealed });
    const { botToken, userId, botId, botName } = Credentials.parse(credentials);
    const calls = createSlackApi({ botToken, apiUrl, timeoutMs });
    const watched = watchToken(calls, async (death) => {
      const reason = toSlackError("a call", death).message;
      await register.revoked(toRef(teamId), { reason, sealed }).catch((failure: unknown) => {
        log.error({ teamId, error: toErrorMessage(failure) }, "revoked workspace is not marked");
      });
    });
    const team = { ...watched, teamId, botToken, self: { teamId, userId, botId, name: botName } };
    remember(entries, teamId, { sealed, team }, MOST_KEPT);
    return team;
  }

  async function current(teamId: string): Promise<SlackTeam | undefined> {
    const found = await register.find(toRef(teamId));
    if (isStored(found) && found.status === "active") return toTeam(found);
    return own?.find(teamId);
  }

  /** Slack sends events of installed apps only: a token that was taken for dead may not be. */
  async function retest(found: Stored): Promise<SlackTeam | undefined> {
    const { externalId: teamId, sealed } = found;
    if (clock.now() - (retested.get(teamId) ?? -RETEST_MS) < RETEST_MS) return undefined;
    retested.set(teamId, clock.now());
    entries.delete(teamId);
    const team = toTeam(found);
    if ((await team.api("auth.test", {})).kind !== "done") return undefined;
    await register.restored(toRef(teamId), sealed);
    return team;
  }

  return {
    async find(teamId) {
      const team = await current(teamId);
      if (team) return team;
      const found = await register.find(toRef(teamId));
      return isStored(found) ? retest(found) : undefined;
    },
    apiOf: (teamId) => async (method, args) => {
      let team: SlackTeam | undefined;
      try {
        team = await current(teamId);
      } catch (error) {
        return { kind: "unknown", reason: toErrorMessage(error) };
      }
      return team ? team.api(method, args) : { kind: "refused", error: "token_revoked" };
    },
    tokenOf: async (teamId) => (await current(teamId))?.botToken,
    apiUrl,
    async verify(teamId) {
      const team = await current(teamId);
      const outcome = await team?.api("auth.test", {});
      if (outcome?.kind === "done") {
        return log.info({ teamId }, "slack revoked a token, but not the one in use");
      }
      if (outcome && outcome.kind !== "refused") throw new Error("Slack does not say whether.");
      await register.revoked(toRef(teamId), { reason: UNINSTALLED, forget: true });
    },
    async closedReason(teamId) {
      try {
        const team = await current(teamId);
        const death = team?.deathOf();
        if (death !== undefined) return toSlackError("a call", death).message;
        if (team) return undefined;
        return (await register.find(toRef(teamId)))?.statusReason ?? NOT_INSTALLED;
      } catch (error) {
        if (error instanceof AppError && error.code === "INVALID") return error.message;
        return undefined;
      }
    },
    openOwn: async () => own?.open(),
  };
}

function isStored(found: Installation | undefined): found is Stored {
  return found !== undefined && found.sealed !== null;
}
