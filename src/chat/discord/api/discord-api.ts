import { setTimeout as sleep } from "node:timers/promises";
import {
  type APIChannel,
  type APIMessage,
  type APIUser,
  REST,
  Routes,
  type RESTPostAPIChannelMessageJSONBody,
} from "discord.js";
import type { Clock } from "../../../base/clock.ts";
import { AppError } from "../../../base/errors.ts";
import { type Insistence, type MessageBody, toFiles, toJson } from "../reply/message-body.ts";
import { createWebhookCalls, type WebhookCalls } from "../reply/webhook-calls.ts";
import { isTooLong } from "./rate-limit.ts";
import { createSpareRequests } from "./spare-requests.ts";
import {
  DISCORD_CODES,
  discordCodeOf,
  isPassing,
  isTokenRefused,
  TOKEN_HINT,
  toDiscordError,
} from "./discord-error.ts";

export type PostedMessage = {
  channel: string;
  /** The message of the same channel that this one answers. */
  replyTo?: string | undefined;
  /** The one person whom it may ping by a mention of its own. */
  mention?: string | undefined;
  nonce: string;
};

export type DiscordApi = WebhookCalls & {
  /** Posts, or answers the message that the nonce has posted within the last minutes. */
  post(target: PostedMessage, body: MessageBody, insistence: Insistence): Promise<APIMessage>;
  edit(
    target: { channel: string; message: string; mention?: string | undefined },
    body: MessageBody,
    insistence: Insistence,
  ): Promise<APIMessage>;
  /** Up to 100 messages after an id, oldest first. */
  listAfter(channel: string, after: string): Promise<APIMessage[]>;
  message(channel: string, message: string): Promise<APIMessage>;
  /** Begins a thread at a message, whose id it gets. */
  startThread(channel: string, message: string, name: string): Promise<void>;
  remove(channel: string, message: string): Promise<void>;
  openDm(person: string): Promise<string>;
  /** Shows the typing sign, which is left out while there is much else to send. */
  type(channel: string): Promise<void>;
  /** Leaves a server; resolves also where the bot was not in it. */
  leaveGuild(guild: string): Promise<void>;
  /** The bot's own user id. */
  self(): Promise<string>;
  close(): void;
};

type Options = {
  botToken: string;
  apiUrl?: string | undefined;
  /** For one attempt. */
  requestTimeoutMs: number;
  clock: Clock;
  /** Called once, when Discord does not accept the token any more. */
  onRevoked?: () => void;
};

// With their attempts these stay well below the minutes in which Discord remembers a nonce.
const RETRY_DELAYS_MS = [250, 1000, 3000] as const;

/**
 * Discord's REST API as the platform needs it. Rate limits are waited for by discord.js, channel by
 * channel; one of more than a minute is an error, because what was sent before may be forgotten by then.
 * Every rejection is an `AppError`.
 */
export function createDiscordApi(options: Options): DiscordApi {
  const { botToken, apiUrl, requestTimeoutMs, clock, onRevoked } = options;
  const spare = createSpareRequests(clock);
  const rest = new REST({
    ...(apiUrl !== undefined && { api: apiUrl }),
    retries: 0,
    timeout: requestTimeoutMs,
    rejectOnRateLimit: isTooLong,
  }).setToken(botToken);
  const closing = new AbortController();
  let revoked = false;
  let own: Promise<string> | undefined;

  async function call<T>(
    permission: string,
    send: () => Promise<unknown>,
    insistence: Insistence = "retry",
  ): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      if (revoked) throw new AppError("FORBIDDEN", TOKEN_HINT);
      if (closing.signal.aborted) throw new AppError("UNAVAILABLE", "The process is stopping.");
      try {
        spare.count();
        return (await send()) as T;
      } catch (error) {
        const delayMs = insistence === "once" ? undefined : RETRY_DELAYS_MS[attempt];
        if (isTokenRefused(error)) {
          if (!revoked) onRevoked?.();
          revoked = true;
        }
        if (delayMs === undefined || !isPassing(error)) throw toDiscordError(error, permission);
        await sleep(delayMs, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  }

  return {
    ...createWebhookCalls(rest, call),
    post({ channel, replyTo, mention, nonce }, body, insistence) {
      const json: RESTPostAPIChannelMessageJSONBody = {
        ...toJson(body, mention),
        nonce,
        enforce_nonce: true,
        ...(replyTo !== undefined && {
          message_reference: { message_id: replyTo, fail_if_not_exists: false },
        }),
      };
      const send = () =>
        rest.post(Routes.channelMessages(channel), { body: json, files: toFiles(body) });
      return call(permissionFor(body), send, insistence);
    },
    edit({ channel, message, mention }, body, insistence) {
      const json = { ...toJson(body, mention), ...(!body.file && { attachments: [] }) };
      const send = () =>
        rest.patch(Routes.channelMessage(channel, message), { body: json, files: toFiles(body) });
      return call(permissionFor(body), send, insistence);
    },
    async listAfter(channel, after) {
      const query = new URLSearchParams({ after, limit: "100" });
      const send = () => rest.get(Routes.channelMessages(channel), { query });
      const page = await call<APIMessage[]>("Read Message History", send);
      return page.toReversed();
    },
    message(channel, message) {
      return call("Read Message History", () => rest.get(Routes.channelMessage(channel, message)));
    },
    async startThread(channel, message, name) {
      await call("Create Public Threads", () =>
        rest.post(Routes.threads(channel, message), { body: { name } }),
      );
    },
    async remove(channel, message) {
      await call("nothing", () => rest.delete(Routes.channelMessage(channel, message)));
    },
    async openDm(person) {
      const body = { recipient_id: person };
      const send = () => rest.post(Routes.userChannels(), { body });
      return (await call<APIChannel>("Send Messages", send)).id;
    },
    async type(channel) {
      if (!spare.isSpare()) return;
      await call("Send Messages", () => rest.post(Routes.channelTyping(channel)), "once");
    },
    async leaveGuild(guild) {
      try {
        await call("nothing", () => rest.delete(Routes.userGuild(guild)));
      } catch (error) {
        if (discordCodeOf(error) !== DISCORD_CODES.unknownGuild) throw error;
      }
    },
    self() {
      own ??= call<APIUser>("nothing", () => rest.get(Routes.user())).then(({ id }) => id);
      own.catch(() => (own = undefined));
      return own;
    },
    close() {
      closing.abort();
      rest.clearHashSweeper();
      rest.clearHandlerSweeper();
    },
  };
}

function permissionFor({ file }: MessageBody): string {
  const sending = "Send Messages and Send Messages in Threads";
  return file ? `${sending} or Attach Files` : sending;
}
