import { setTimeout as pause } from "node:timers/promises";
import { type Clock, systemClock } from "../../base/clock.ts";
import { AppError } from "../../base/errors.ts";
import type { Config } from "../../base/config.ts";
import type { Log } from "../../base/log.ts";
import type { Ingress } from "../../rooms/ingress.ts";
import { createAnswerThreads } from "./answer-threads.ts";
import { createEventHandler } from "./handle-event.ts";
import { createPersonNames } from "./person-names.ts";
import { createSlackApi } from "./slack-api.ts";
import { createSlackHttpHandler, type SlackHttpHandler } from "./slack-http-handler.ts";
import { createSlackInbox } from "./slack-inbox.ts";
import { loadSlackSelf } from "./slack-self.ts";
import { startSocketReceivers } from "./socket-receivers.ts";

export type SlackDoor = {
  /** Ends what is under way, then takes nothing more. */
  close(): Promise<void>;
  /** For `POST /slack/events`; absent in Socket Mode. */
  httpHandler?: SlackHttpHandler;
};

type Options = {
  slack: NonNullable<Config["slack"]>;
  ingress: Ingress;
  log: Log;
  clock?: Clock;
  pingTimeoutsMs?: readonly number[];
};

// What is asked while an event waits for its acknowledgement must not take long.
const TIMEOUT_MS = 2500;
const NO_SECRET = "Set SLACK_SIGNING_SECRET: without it anybody could post events.";

/**
 * Lets a Slack workspace in: its events reach the ingress in order, and each is acknowledged once it
 * is stored. Tokens that Slack refuses are a `FORBIDDEN` error.
 */
export async function startSlackDoor(options: Options): Promise<SlackDoor> {
  const { slack, ingress, log, clock = systemClock, pingTimeoutsMs } = options;
  const { botToken, appToken, signingSecret, apiUrl } = slack;
  if (slack.mode === "http" && !signingSecret) throw new AppError("INVALID", NO_SECRET);
  const sleep = (ms: number) => pause(ms);
  const api = createSlackApi({ botToken, apiUrl, timeoutMs: TIMEOUT_MS });
  const self = await loadSlackSelf(api, sleep);
  const names = createPersonNames({ api, clock });
  const answers = createAnswerThreads(api, self);
  const handle = createEventHandler({ self, ingress, names, answers, log });
  const inbox = createSlackInbox({ teamId: self.teamId, handle, log });
  log.info({ team: self.teamId, mode: slack.mode }, "slack workspace is open");

  if (slack.mode === "http") {
    const httpHandler = createSlackHttpHandler({
      signingSecret: signingSecret ?? "",
      inbox,
      clock,
      log,
    });
    return { close: () => inbox.idle(), httpHandler };
  }
  const socketOptions = { appToken: appToken ?? "", apiUrl, inbox, log, sleep, pingTimeoutsMs };
  const sockets = await startSocketReceivers(socketOptions);
  return {
    async close() {
      await inbox.idle();
      await sockets.close();
    },
  };
}
