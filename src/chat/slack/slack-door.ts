import { setTimeout as pause } from "node:timers/promises";
import { type Clock, systemClock } from "../../base/clock.ts";
import { AppError } from "../../base/errors.ts";
import type { Config } from "../../base/config.ts";
import type { Log } from "../../base/log.ts";
import type { Ingress } from "../../rooms/ingress.ts";
import type { CommandDesk } from "../commands/command-desk.ts";
import type { Presses } from "../../rooms/presses.ts";
import type { WorkspaceRegister } from "../../rooms/workspaces/workspace-register.ts";
import { createAnswerThreads } from "./events/answer-threads.ts";
import { createEventHandler } from "./events/handle-event.ts";
import { createNameBook } from "./events/name-book.ts";
import { createSlackCommands } from "./commands/slack-commands.ts";
import { createSlackHttpHandler, type SlackHttpHandler } from "./transport/slack-http-handler.ts";
import { createSlackInbox, type SlackInbox } from "./events/slack-inbox.ts";
import { createSpooledInbox, type EventSpool } from "./events/spooled-inbox.ts";
import { createSlackPresses } from "./buttons/slack-presses.ts";
import { createSlackTeams } from "./api/slack-teams.ts";
import { startSocketReceivers } from "./transport/socket-receivers.ts";
import { createTeamInboxes } from "./events/team-inboxes.ts";

export type SlackDoor = {
  /** Ends what is under way, then takes nothing more. */
  close(): Promise<void>;
  /** For `POST /slack/events`; absent in Socket Mode. */
  httpHandler?: SlackHttpHandler;
};

type Options = {
  slack: Omit<NonNullable<Config["slack"]>, "streaming" | "ack">;
  ingress: Ingress;
  desk: CommandDesk;
  /** Where presses of buttons go; absent: they have no meaning. */
  presses?: Presses | undefined;
  register: WorkspaceRegister;
  /** Without it events are acknowledged only when they are stored. */
  spool?: EventSpool;
  log: Log;
  clock?: Clock;
  pingTimeoutsMs?: readonly number[];
  /** How long an event waits for what Slack is asked before it is acknowledged, and for a name. */
  patienceMs?: { answer: number; name: number };
};

// Slack waits three seconds for an event to be acknowledged: a name is worth less of it.
const PATIENCE_MS = { answer: 2500, name: 1000 };
const NO_SECRET = "Set SLACK_SIGNING_SECRET: without it anybody could post events.";

/**
 * Lets Slack's workspaces in: their events reach the ingress in order, and each is acknowledged once it
 * is safe. A token of its own that Slack refuses is a `FORBIDDEN` error.
 */
export async function startSlackDoor(options: Options): Promise<SlackDoor> {
  const { slack, ingress, desk, presses, register, log } = options;
  const { clock = systemClock, pingTimeoutsMs, patienceMs = PATIENCE_MS } = options;
  const { appToken, signingSecret, apiUrl } = slack;
  if (slack.mode === "http" && !signingSecret) throw new AppError("INVALID", NO_SECRET);
  const sleep = (ms: number) => pause(ms);
  const teams = createSlackTeams({ slack, register, clock, log, timeoutMs: patienceMs.answer });
  await teams.openOwn();
  const stored = createTeamInboxes({
    teams,
    log,
    open({ api, self }) {
      const names = createNameBook({ api, clock, patienceMs: patienceMs.name });
      const answers = createAnswerThreads(api, self);
      const handle = createEventHandler({ self, ingress, names, answers, log });
      const { teamId } = self;
      const interactions = [createSlackCommands({ teamId, desk, api, names, log })];
      if (presses) interactions.push(createSlackPresses({ teamId, presses, names, api, log }));
      return createSlackInbox({ handle, interactions, log });
    },
  });
  const inbox = await keepSafe(stored, { ...options, clock });
  log.info({ mode: slack.mode }, "slack is open");

  if (slack.mode === "http") {
    const httpHandler = createSlackHttpHandler({
      signingSecret: signingSecret ?? "",
      inbox,
      clock,
      log,
    });
    return { close: () => inbox.close(), httpHandler };
  }
  const socketOptions = { appToken: appToken ?? "", apiUrl, inbox, log, sleep, pingTimeoutsMs };
  const sockets = await startSocketReceivers(socketOptions);
  return {
    async close() {
      await inbox.close();
      await sockets.close();
    },
  };
}

async function keepSafe(
  inbox: SlackInbox,
  { spool, clock, log }: Pick<Options, "spool" | "log"> & { clock: Clock },
): Promise<SlackInbox & { close(): Promise<void> }> {
  if (!spool) return { ...inbox, close: () => inbox.idle() };
  const spooled = createSpooledInbox(inbox, { ...spool, clock, log });
  await spooled.open();
  return spooled;
}
