import type { APIMessage } from "discord.js";
import type { Insistence, MessageBody } from "./message-body.ts";
import { toAvatar } from "../../../agents/avatar.ts";
import type { Clock } from "../../../base/clock.ts";
import { AppError } from "../../../base/errors.ts";
import { remember } from "../../../base/remember.ts";
import type { ReplyAddress } from "../../../rooms/platform/chat-platform.ts";
import { cutToUnits } from "../cut-to-units.ts";
import type { DiscordApi, PostedMessage } from "../api/discord-api.ts";
import { DISCORD_CODES, discordCodeOf } from "../api/discord-error.ts";
import type { OwnWebhook } from "./webhook-calls.ts";

/** The bot's webhooks by channel; undefined where it may have none. */
export type Webhooks = {
  find(channel: string): Promise<OwnWebhook | undefined>;
  forget(channel: string): void;
};

/** Under whose name the messages of a reply are posted: the bot's, or the agent's through a webhook. */
export type Voice = {
  /** Whether a post may go through a webhook, which has no nonce and answers no message. */
  readonly isPersona: boolean;
  post(target: PostedMessage, body: MessageBody, insistence: Insistence): Promise<APIMessage>;
  edit(
    target: { channel: string; message: string; mention?: string | undefined },
    body: MessageBody,
    insistence: Insistence,
  ): Promise<void>;
  remove(channel: string, message: string): Promise<void>;
  /** Whether a message of the place is the bot's own, or the agent's; remembers how to edit it. */
  isOwn: (message: APIMessage, self: string) => boolean;
};

const FRESH_MS = 600_000;
const MOST_CHANNELS = 5000;
const LONGEST_NAME = 80;
// Discord refuses names with these in them.
const REFUSED_NAME = /clyde|discord|^(?:everyone|here)$|[@#:]|```/i;

export function createWebhooks(api: DiscordApi, clock: Clock): Webhooks {
  const known = new Map<string, { webhook: Promise<OwnWebhook | undefined>; until: number }>();

  async function load(channel: string): Promise<OwnWebhook | undefined> {
    try {
      return await api.ownWebhook(channel, await api.self());
    } catch (error) {
      if (error instanceof AppError && error.code === "UNAVAILABLE") known.delete(channel);
      return undefined;
    }
  }

  return {
    find(channel) {
      const found = known.get(channel);
      if (found && found.until > clock.now()) return found.webhook;
      const webhook = load(channel);
      remember(known, channel, { webhook, until: clock.now() + FRESH_MS }, MOST_CHANNELS);
      return webhook;
    },
    forget: (channel) => void known.delete(channel),
  };
}

/** Whether somebody has deleted the webhook that a message came through or should. */
export function isWebhookGone(error: unknown): boolean {
  const code = discordCodeOf(error);
  return code === DISCORD_CODES.unknownWebhook || code === DISCORD_CODES.invalidWebhookToken;
}

export function createVoice(api: DiscordApi, webhooks: Webhooks, address: ReplyAddress): Voice {
  const { channel, thread } = address;
  // As Discord will show it: it takes runs of spaces for one.
  const username = cutToUnits(address.agent.name.replace(/\s+/g, " ").trim(), LONGEST_NAME).trim();
  const isPersona = address.persona === true && username !== "" && !REFUSED_NAME.test(username);
  const byWebhook = new Set<string>();
  const avatar = toAvatar(address.agent.avatar);
  let avatarUrl = avatar && "url" in avatar ? avatar.url : undefined;

  async function execute(webhook: OwnWebhook, target: PostedMessage, body: MessageBody) {
    const speaking = { webhook, thread, mention: target.mention, username };
    try {
      return await api.execute({ ...speaking, avatarUrl }, body);
    } catch (error) {
      const isRefused = discordCodeOf(error) === DISCORD_CODES.invalidForm;
      if (avatarUrl === undefined || !isRefused) throw error;
      // A picture that Discord does not take must not cost the answer.
      avatarUrl = undefined;
      return api.execute(speaking, body);
    }
  }

  return {
    isPersona,
    async post(target, body, insistence) {
      const webhook = isPersona ? await webhooks.find(channel) : undefined;
      if (!webhook) return api.post(target, body, insistence);
      try {
        const posted = await execute(webhook, target, body);
        byWebhook.add(posted.id);
        return posted;
      } catch (error) {
        // Nothing was posted, and the bot speaks for itself.
        const isNameRefused = discordCodeOf(error) === DISCORD_CODES.invalidForm;
        if (isWebhookGone(error)) webhooks.forget(channel);
        else if (!isNameRefused) throw error;
        return api.post(target, body, insistence);
      }
    },
    async edit(target, body, insistence) {
      const { message, mention } = target;
      const webhook = byWebhook.has(message) ? await webhooks.find(channel) : undefined;
      if (!webhook) return void (await api.edit(target, body, insistence));
      try {
        await api.editExecuted({ webhook, thread, message, mention }, body, insistence);
      } catch (error) {
        if (isWebhookGone(error)) webhooks.forget(channel);
        throw error;
      }
    },
    async remove(place, message) {
      const webhook = byWebhook.has(message) ? await webhooks.find(channel) : undefined;
      if (!webhook) await api.remove(place, message);
      else await api.removeExecuted({ webhook, thread, message });
    },
    isOwn({ id, author, webhook_id: webhook, application_id: application }, self) {
      if (author.id === self) return true;
      // Only webhooks of applications have one, and the name is this agent's.
      const isAgent =
        webhook !== undefined && application !== undefined && author.username === username;
      if (isAgent) byWebhook.add(id);
      return isAgent;
    },
  };
}
