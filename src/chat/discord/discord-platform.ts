import type { Clock } from "../../base/clock.ts";
import { AppError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type {
  ChatPlatform,
  PrivateAddress,
  ReplyAddress,
} from "../../rooms/platform/chat-platform.ts";
import type { WorkspaceRegister } from "../../rooms/workspaces/workspace-register.ts";
import { createDiscordApi } from "./api/discord-api.ts";
import { createFileReader } from "./api/discord-files.ts";
import { askInDiscord, closeInDiscord } from "./reply/discord-questions.ts";
import { createDraftPace } from "./reply/draft-pace.ts";
import { markTokenDead } from "./events/guild-events.ts";
import { openReply } from "./reply/open-reply.ts";
import { MESSAGE_CHARACTERS, MOST_PARTS, toReplyParts } from "./reply/reply-parts.ts";
import { createOwnThreads, isOwnThread } from "./reply/own-threads.ts";
import { toPlace } from "./reply/reply-place.ts";
import { createWebhooks } from "./reply/reply-voice.ts";
import { toNonce } from "./reply/to-nonce.ts";
import { createTyping } from "./reply/typing.ts";

export type DiscordPlatformOptions = {
  botToken: string;
  /** Without the version, as in `https://discord.com/api`. */
  apiUrl?: string | undefined;
  /** Where files come from; Discord's own hosts unless given. */
  cdnUrl?: string | undefined;
  register: WorkspaceRegister;
  clock: Clock;
  log: Log;
  /** For one attempt at a request. */
  requestTimeoutMs?: number;
};

/** The workspace of direct conversations, which belong to no server. */
export const DIRECT_WORKSPACE = "dm";

const REQUEST_TIMEOUT_MS = 15_000;
const THREAD_SEEN_MS = 1000;

/** Discord as those who answer see it: REST only, from any process. */
export function createDiscordPlatform({
  botToken,
  apiUrl,
  cdnUrl,
  register,
  clock,
  log,
  requestTimeoutMs = REQUEST_TIMEOUT_MS,
}: DiscordPlatformOptions): ChatPlatform {
  const onRevoked = () => void markTokenDead(register, log);
  const api = createDiscordApi({ botToken, apiUrl, requestTimeoutMs, clock, onRevoked });
  const pace = createDraftPace(clock);
  const webhooks = createWebhooks(api, clock);
  const threads = createOwnThreads(api);
  const typing = createTyping(api);

  /** The same words about the same question are said once. */
  async function tell(
    target: { channel: string; replyTo?: string | undefined },
    { replyTo }: PrivateAddress,
    text: string,
  ): Promise<void> {
    const told = `${replyTo}/${target.channel}/${text}`;
    for (const [part, body] of toReplyParts(text, undefined).entries()) {
      await api.post({ ...target, nonce: toNonce(told, part) }, body, "retry");
    }
  }

  async function tellDirectly(address: PrivateAddress, person: string, text: string) {
    try {
      await tell({ channel: await api.openDm(person) }, address, text);
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === "UNAVAILABLE") throw error;
      return false;
    }
  }

  async function tellRoom(address: PrivateAddress, text: string): Promise<void> {
    const { channel, replyTo } = toPlace(address);
    try {
      await tell({ channel, replyTo }, address, text);
    } catch (error) {
      const noThread = error instanceof AppError && error.code === "NOT_FOUND";
      if (!noThread || channel === address.channel) throw error;
      await tell({ channel: address.channel, replyTo: address.replyTo }, address, text);
    }
  }

  return {
    platform: "discord",
    traits: {
      needsOutbox: true,
      messageCharacters: MESSAGE_CHARACTERS,
      mostParts: MOST_PARTS,
      signsPass: false,
    },
    openReply: (address, deliveryId, { resumed }) =>
      openReply(
        { api, webhooks, threads, pace, clock, log },
        { address: toPublic(address), deliveryId, resumed },
      ),
    greet(place) {
      threads.greet(place).catch(() => undefined);
      // People may have written in a thread by the time it turns out to be none.
      return () => undefined;
    },
    showStatus(address, text) {
      const key = [address.channel, address.thread, address.agent.slug].join("/");
      if (text === "") return typing.stop(key);
      const { channel } = toPlace(address);
      if (!isOwnThread(address)) return typing.start(key, channel);
      // The thread itself is the sign, and needed anyway.
      threads.open(address).catch(() => undefined);
      typing.start(key, channel, THREAD_SEEN_MS);
    },
    readFile: createFileReader({ api, clock, cdnUrl }),
    ask: (address, approvalId, posted) =>
      askInDiscord({ api, webhooks, threads, clock }, toPublic(address), { approvalId, ...posted }),
    closeQuestion: (address, message, outcome) =>
      closeInDiscord({ api, webhooks }, toPublic(address), { message, outcome }),
    // Discord knows such words in answer to a command or a press only.
    tellAlone: async () => false,
    async tellPrivately(address, text) {
      const { workspace, person } = address;
      const isPrivate = workspace === DIRECT_WORKSPACE || person === undefined;
      if (isPrivate || !(await tellDirectly(address, person, text))) await tellRoom(address, text);
    },
    async closedReason(workspace) {
      if (workspace === DIRECT_WORKSPACE) return undefined;
      const ref = { platform: "discord" as const, externalId: workspace };
      const found = await register.find(ref).catch(() => undefined);
      if (found?.status !== "revoked") return undefined;
      return found.statusReason ?? "The bot is not on this Discord server any more.";
    },
    leave: (workspace) => api.leaveGuild(workspace),
    async close() {
      typing.close();
      api.close();
    },
  };
}

/** In private nobody but the bot can speak. */
function toPublic(address: ReplyAddress): ReplyAddress {
  return address.workspace === DIRECT_WORKSPACE ? { ...address, persona: false } : address;
}
