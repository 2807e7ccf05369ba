import { once } from "node:events";
import type { Server } from "node:http";
import { App, LogLevel, SocketModeReceiver, type Logger } from "@slack/bolt";
import type { SlackDouble } from "../support/slack/slack-double.ts";

type Started = { app: App; stop: () => Promise<void> };

/** Keeps the SDK's own talk out of the test report. */
export const silent: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

export type SocketApp = Started & { client: SocketModeReceiver["client"] };

/** A real bolt app in Socket Mode on a double: posts are never retried, connecting is, and soon. */
export async function startSocketApp(
  double: SlackDouble,
  set: (app: App) => void,
  // As long it waits for a pong, and before it connects again.
  clientPingTimeout = 5000,
): Promise<SocketApp> {
  const slackApiUrl = double.apiUrl;
  const receiver = new SocketModeReceiver({
    appToken: double.app.appToken,
    logger: silent,
    clientPingTimeout,
    installerOptions: { clientOptions: { slackApiUrl, retryConfig: { retries: 100, factor: 1 } } },
  });
  const { client } = receiver;
  let connected = false;
  client.on("connected", () => (connected = true));
  client.on("close", () => (connected = false));
  const app = new App({
    receiver,
    token: botToken(double),
    logger: silent,
    clientOptions: { slackApiUrl, retryConfig: { retries: 0 } },
  });
  set(app);
  await app.start();
  const stop = async () => {
    // Ended while it reconnects, the client rejects a promise that nobody holds.
    if (!connected) await new Promise((resolve) => client.once("connected", resolve));
    await client.disconnect();
  };
  return { app, stop, client };
}

/** A real bolt app behind a request URL; the double sends there from now on. */
export async function startHttpApp(double: SlackDouble, set: (app: App) => void) {
  const app = new App({
    token: botToken(double),
    signingSecret: double.app.signingSecret,
    logger: silent,
    clientOptions: { slackApiUrl: double.apiUrl, retryConfig: { retries: 0 } },
  });
  set(app);
  const server = (await app.start({ port: 0, host: "127.0.0.1" })) as Server;
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const requestUrl = `http://127.0.0.1:${address.port}/slack/events`;
  const stop = async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { app, stop, requestUrl, direct: double.deliverTo(requestUrl) };
}

function botToken(double: SlackDouble): string {
  const [workspace] = double.world.workspaces.values();
  if (workspace === undefined) throw new Error("add a workspace first");
  return workspace.token;
}

/** Answers each mention in its thread with the words it was told. */
export function echoMentions(app: App): void {
  app.event("app_mention", async ({ event, client }) => {
    const text = event.text.replace(/^<@\w+> /, "");
    const thread_ts = event.thread_ts ?? event.ts;
    await client.chat.postMessage({ channel: event.channel, thread_ts, text });
  });
}
