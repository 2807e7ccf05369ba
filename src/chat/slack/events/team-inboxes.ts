import { z } from "zod";
import type { Log } from "../../../base/log.ts";
import { remember } from "../../../base/remember.ts";
import type { SlackInbox } from "./slack-inbox.ts";
import type { SlackTeam, SlackTeams } from "../api/slack-teams.ts";

type Parts = {
  teams: Pick<SlackTeams, "find" | "verify">;
  /** What takes the requests of one workspace. */
  open: (team: SlackTeam) => SlackInbox;
  log: Log;
};

const id = z.string().min(1);
const Authorization = z.object({ team_id: id.nullish() });
/** Events, commands and interactions say in different places whose they are. */
const Addressed = z.looseObject({
  authorizations: z.array(Authorization).nullish().catch(undefined),
  team_id: id.nullish().catch(undefined),
  team: z.object({ id }).nullish().catch(undefined),
  view: z.looseObject({ app_installed_team_id: id }).nullish().catch(undefined),
  event: z.looseObject({ type: z.string() }).nullish().catch(undefined),
});

const REVOCATIONS = new Set(["app_uninstalled", "tokens_revoked"]);
const MOST_KEPT = 5000;
const NOT_INSTALLED = "The app is not installed in this workspace any more. Ask whoever runs it.";

/**
 * Hands each request to its own workspace, which is the one that the app is installed in: in a channel
 * that two workspaces share, that is not always the one where the words were written. What comes from
 * a workspace that does not let the app in is acknowledged and left alone.
 */
export function createTeamInboxes({ teams, open, log }: Parts): SlackInbox {
  const inboxes = new Map<string, { team: SlackTeam; inbox: SlackInbox }>();

  function inboxOf(team: SlackTeam): SlackInbox {
    const kept = inboxes.get(team.teamId);
    if (kept?.team === team) return kept.inbox;
    const inbox = open(team);
    remember(inboxes, team.teamId, { team, inbox }, MOST_KEPT);
    return inbox;
  }

  return {
    async accept(body) {
      const { teamId, type } = readAddress(body);
      if (teamId === undefined) return log.debug({}, "slack request of no workspace");
      if (REVOCATIONS.has(type ?? "")) return teams.verify(teamId);
      const team = await teams.find(teamId);
      if (team) return inboxOf(team).accept(body);
      log.debug({ teamId, type }, "slack request of a workspace that is not installed");
      if (isCommand(body)) return { response_type: "ephemeral", text: NOT_INSTALLED };
    },
    async idle() {
      await Promise.all([...inboxes.values()].map(({ inbox }) => inbox.idle()));
    },
  };
}

function readAddress(body: unknown): { teamId?: string | undefined; type?: string | undefined } {
  const parsed = Addressed.safeParse(body);
  if (!parsed.success) return {};
  const { authorizations, team_id, team, view, event } = parsed.data;
  // A form of a shared channel names the home of whoever filled it in as its team.
  const installed = authorizations?.[0]?.team_id ?? view?.app_installed_team_id;
  const teamId = installed ?? team_id ?? team?.id;
  return { teamId, type: event?.type };
}

function isCommand(body: unknown): boolean {
  return typeof (body as { command?: unknown } | null)?.command === "string";
}
