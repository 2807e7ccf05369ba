import { setTimeout as sleep } from "node:timers/promises";
import {
  type APIChannel,
  type APIMessage,
  type APIUser,
  REST,
  Routes,
  type RESTPostAPIChannelMessageJSONBody,
  type RawFile,
} from "discord.js";
import { AppError } from "../../base/errors.ts";
import { isPassing, TOKEN_HINT, toDiscordError } from "./discord-error.ts";

/** What one message says. The file goes along as an attachment, over any that was there. */
export type MessageBody = { content: string; file?: { name: string; text: string } | undefined };

export type PostedMessage = {
  channel: string;
  /** The message of the same channel that this one answers. */
  replyTo?: string | undefined;
  /** The one person whom it may ping by a mention of its own. */
  mention?: string | undefined;
  nonce: string;
};

/** A draft is tried once, since its next version comes anyway. */
export type Insistence = "once" | "retry";

export type DiscordApi = {
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
  openDm(person: string): Promise<string>;
  type(channel: string): Promise<void>;
  /** The bot's own user id. */
  self(): Promise<string>;
  close(): void;
};

type Options = {
  botToken: string;
  apiUrl?: string | undefined;
  /** For one attempt. */
  requestTimeoutMs: number;
};

// With their attempts these stay well below the minutes in which Discord remembers a nonce.
const RETRY_DELAYS_MS = [250, 1000, 3000] as const;
const LONGEST_RATE_LIMIT_MS = 60_000;

/**
 * Discord's REST API as the platform needs it. Rate limits are waited for by discord.js, channel by
 * channel; one of more than a minute is an error, because what was sent before may be forgotten by then.
 * Every rejection is an `AppError`.
 */
export function createDiscordApi({ botToken, apiUrl, requestTimeoutMs }: Options): DiscordApi {
  const rest = new REST({
    ...(apiUrl !== undefined && { api: apiUrl }),
    retries: 0,
    timeout: requestTimeoutMs,
    rejectOnRateLimit: ({ retryAfter }) => retryAfter > LONGEST_RATE_LIMIT_MS,
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
        return (await send()) as T;
      } catch (error) {
        const delayMs = insistence === "once" ? undefined : RETRY_DELAYS_MS[attempt];
        revoked ||= (error as { status?: unknown }).status === 401;
        if (delayMs === undefined || !isPassing(error)) throw toDiscordError(error, permission);
        await sleep(delayMs, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  }

  return {
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
    async openDm(person) {
      const body = { recipient_id: person };
      const send = () => rest.post(Routes.userChannels(), { body });
      return (await call<APIChannel>("Send Messages", send)).id;
    },
    async type(channel) {
      await call("Send Messages", () => rest.post(Routes.channelTyping(channel)), "once");
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

/** Whatever the text says, it pings nobody but the person who is answered. */
function toJson({ content, file }: MessageBody, mention: string | undefined) {
  return {
    content,
    allowed_mentions: {
      parse: [],
      replied_user: true,
      ...(mention !== undefined && { users: [mention] }),
    },
    ...(file && { attachments: [{ id: "0", filename: file.name }] }),
  };
}

function toFiles({ file }: MessageBody): RawFile[] {
  return file
    ? [{ name: file.name, data: Buffer.from(file.text), contentType: "text/markdown" }]
    : [];
}
