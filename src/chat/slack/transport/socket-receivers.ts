import { SocketModeReceiver, type App } from "@slack/bolt";
import { AppError, toErrorMessage } from "../../../base/errors.ts";
import { endsWithin } from "../../../base/ends-within.ts";
import type { Log } from "../../../base/log.ts";
import type { Sleep } from "../api/channel-pace.ts";
import { quietLogger } from "../api/slack-api.ts";
import type { SlackInbox } from "../events/slack-inbox.ts";

type Options = {
  appToken: string;
  apiUrl: string | undefined;
  inbox: SlackInbox;
  log: Log;
  sleep: Sleep;
  /** How long the SDK waits for a pong, and before it connects again. One socket for each. */
  pingTimeoutsMs?: readonly number[] | undefined;
};

type Socket = { close(): Promise<void> };

// Slack ends each socket every few hours, and the SDK is deaf until it has a new one: two in turn never are.
const PING_TIMEOUTS_MS = [3000, 5000];
const CONNECT_MS = 30_000;
const RECONNECT_MS = 30_000;
const CLOSE_MS = 3000;

/** Opens the sockets of Socket Mode, which stay open until closed. */
export async function startSocketReceivers(options: Options): Promise<Socket> {
  const sockets: Socket[] = [];
  const close = async () => {
    await Promise.all(sockets.map((socket) => socket.close()));
  };
  try {
    for (const pingTimeoutMs of options.pingTimeoutsMs ?? PING_TIMEOUTS_MS) {
      sockets.push(await startSocket(options, pingTimeoutMs));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

async function startSocket(options: Options, clientPingTimeout: number): Promise<Socket> {
  const { appToken, apiUrl, inbox, log, sleep } = options;
  const receiver = new SocketModeReceiver({
    appToken,
    logger: quietLogger,
    clientPingTimeout,
    installerOptions: {
      clientOptions: {
        ...(apiUrl !== undefined && { slackApiUrl: apiUrl }),
        timeout: 10_000,
        retryConfig: { forever: true, factor: 1.5, minTimeout: 500, maxTimeout: 15_000 },
      },
    },
    processEventErrorHandler: async ({ error }) => {
      log.warn({ error: toErrorMessage(error) }, "slack event failed and will come again");
      return false;
    },
  });
  // The receiver asks of the app nothing but this; bolt's own would acknowledge before anything is stored.
  const app = {
    processEvent: async ({ body, ack }: Parameters<App["processEvent"]>[0]) => {
      const answer = await inbox.accept(body);
      await ack(answer).catch(() => log.debug({}, "slack socket closed before the ack"));
    },
  };
  receiver.init(app as unknown as App);

  const { client } = receiver;
  const state = { connected: false, closed: false };
  client.on("connected", () => {
    state.connected = true;
    if (state.closed) void client.disconnect();
  });
  client.on("close", () => (state.connected = false));
  // An envelope that the SDK cannot read makes its listener reject, which nobody holds.
  const [read] = client.listeners("ws_message");
  client.removeAllListeners("ws_message");
  client.on("ws_message", (...args: unknown[]) => {
    Promise.resolve(read?.(...args)).catch((error: unknown) =>
      log.warn({ error: toErrorMessage(error) }, "slack sent an unreadable envelope"),
    );
  });
  const connect = client.start.bind(client);
  // The SDK calls this to connect again and holds no rejection.
  client.start = async () => {
    for (;;) {
      try {
        return await connect();
      } catch (error) {
        if (state.closed) return { ok: false };
        log.error({ error: toErrorMessage(error) }, "slack refuses a new socket");
        await sleep(RECONNECT_MS);
      }
    }
  };

  // Ended while it connects, the SDK would go on to open a socket that nobody closes.
  const end = async () => {
    state.closed = true;
    const connected = new Promise((done) => client.once("connected", done));
    if (!state.connected) await endsWithin(CLOSE_MS, connected);
    await endsWithin(CLOSE_MS, client.disconnect());
  };
  let ending: Promise<void> | undefined;
  try {
    if (!(await endsWithin(CONNECT_MS, connect()))) throw new Error("Slack does not answer");
  } catch (error) {
    state.closed = true;
    throw toStartError(error);
  }
  return { close: () => (ending ??= end()) };
}

function toStartError(error: unknown): AppError {
  const reason = toErrorMessage(error);
  const isRefused = /invalid_auth|not_authed|not_allowed_token_type|token_|account_inactive/.test(
    reason,
  );
  return isRefused
    ? new AppError(
        "FORBIDDEN",
        `Slack does not accept SLACK_APP_TOKEN (${reason}). Make one with the scope connections:write and turn Socket Mode on.`,
        { cause: error },
      )
    : new AppError("UNAVAILABLE", `Slack's Socket Mode does not start: ${reason}.`, {
        cause: error,
      });
}
