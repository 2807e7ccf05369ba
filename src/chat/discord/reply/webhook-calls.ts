import {
  type APIMessage,
  type APIWebhook,
  type REST,
  Routes,
  type RESTPostAPIWebhookWithTokenJSONBody,
} from "discord.js";
import { type Insistence, type MessageBody, toFiles, toJson } from "./message-body.ts";

/** A webhook of the bot's own making, through which it speaks under other names. */
export type OwnWebhook = { id: string; token: string };

type Target = {
  webhook: OwnWebhook;
  /** The thread of the webhook's channel. */
  thread?: string | undefined;
  mention?: string | undefined;
};

export type WebhookCalls = {
  /** The bot's webhook in a channel, made where there is none yet. */
  ownWebhook(channel: string, self: string): Promise<OwnWebhook>;
  /** Posts once: webhooks know no nonce, so that a lost answer leaves it unknown whether it did. */
  execute(
    target: Target & { username: string; avatarUrl?: string | undefined },
    body: MessageBody,
  ): Promise<APIMessage>;
  editExecuted(
    target: Target & { message: string },
    body: MessageBody,
    insistence: Insistence,
  ): Promise<APIMessage>;
  removeExecuted(target: Target & { message: string }): Promise<void>;
};

type Call = <T>(
  permission: string,
  send: () => Promise<unknown>,
  insistence?: Insistence,
) => Promise<T>;

const NAME = "Troupe";
const MANAGE = "Manage Webhooks";
// https://docs.discord.com/developers/components/using-message-components
const WITH_BUTTONS = { with_components: "true" };

export function createWebhookCalls(rest: REST, call: Call): WebhookCalls {
  const toQuery = (thread: string | undefined, more: Record<string, string> = {}) =>
    new URLSearchParams({ ...more, ...(thread !== undefined && { thread_id: thread }) });

  return {
    async ownWebhook(channel, self) {
      const route = Routes.channelWebhooks(channel);
      const all = await call<APIWebhook[]>(MANAGE, () => rest.get(route));
      const own = all.filter(({ user, token }) => user?.id === self && token !== undefined);
      // Of two that two processes made at once, all take the older one.
      const [oldest] = own.sort((a, b) => Number(BigInt(a.id) - BigInt(b.id)));
      const { id, token = "" } =
        oldest ??
        (await call<APIWebhook>(MANAGE, () => rest.post(route, { body: { name: NAME } }), "once"));
      return { id, token };
    },
    execute({ webhook, thread, mention, username, avatarUrl }, body) {
      const json: RESTPostAPIWebhookWithTokenJSONBody = {
        ...toJson(body, mention),
        username,
        ...(avatarUrl !== undefined && { avatar_url: avatarUrl }),
      };
      const options = {
        body: json,
        files: toFiles(body),
        query: toQuery(thread, { wait: "true", ...WITH_BUTTONS }),
        auth: false,
      };
      const send = () => rest.post(Routes.webhook(webhook.id, webhook.token), options);
      return call(MANAGE, send, "once");
    },
    editExecuted({ webhook, thread, mention, message }, body, insistence) {
      const json = { ...toJson(body, mention), ...(!body.file && { attachments: [] }) };
      const options = {
        body: json,
        files: toFiles(body),
        query: toQuery(thread, WITH_BUTTONS),
        auth: false,
      };
      const route = Routes.webhookMessage(webhook.id, webhook.token, message);
      return call(MANAGE, () => rest.patch(route, options), insistence);
    },
    async removeExecuted({ webhook, thread, message }) {
      const route = Routes.webhookMessage(webhook.id, webhook.token, message);
      const options = { query: toQuery(thread), auth: false };
      await call(MANAGE, () => rest.delete(route, options));
    },
  };
}
