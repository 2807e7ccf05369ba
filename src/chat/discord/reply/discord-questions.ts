import { setTimeout as sleep } from "node:timers/promises";
import type { APIMessage } from "discord.js";
import type { Clock } from "../../../base/clock.ts";
import type { PostedQuestion, ReplyAddress } from "../../../rooms/platform/chat-platform.ts";
import type { DiscordApi } from "../api/discord-api.ts";
import { toDecisionButtons } from "../buttons/discord-buttons.ts";
import { DISCORD_CODES, discordCodeOf } from "../api/discord-error.ts";
import { findPosted } from "./find-posted.ts";
import { postAgain } from "./post-again.ts";
import { toReplyParts } from "./reply-parts.ts";
import type { OwnThreads } from "./own-threads.ts";
import { postInThread, toPlace } from "./reply-place.ts";
import { createVoice, type Voice, type Webhooks } from "./reply-voice.ts";
import { idTime } from "../events/snowflake.ts";
import { toNonce } from "./to-nonce.ts";

type Scope = { api: DiscordApi; webhooks: Webhooks; threads: OwnThreads; clock: Clock };

// While Discord remembers nonces, posting again finds the message by itself.
const NONCE_TRUSTED_MS = 90_000;
// What was sent through a webhook may still be under way: looking at once would not find it.
const SETTLING_MS = 500;

/**
 * Posts a question with its buttons, once per approval and under the name that the answer will have:
 * later it is found by the name of its button.
 */
export async function askInDiscord(
  { api, webhooks, threads, clock }: Scope,
  address: ReplyAddress,
  { approvalId, question, resumed, about }: PostedQuestion & { approvalId: string },
): Promise<string> {
  const place = toPlace(address);
  const voice = createVoice(api, webhooks, address);
  const find = () => findQuestion({ api, voice }, address, approvalId);
  const isOld = clock.now() - (idTime(approvalId) ?? 0) > NONCE_TRUSTED_MS;
  if (resumed && voice.isPersona) await sleep(SETTLING_MS);
  const known = resumed && (isOld || voice.isPersona) ? await find() : undefined;
  if (known !== undefined) return known.id;
  const [part = { content: question }] = toReplyParts(question, place.mention);
  const body = { content: part.content, components: toDecisionButtons(approvalId, about) };
  const nonce = toNonce(approvalId, 0);
  if (!resumed) await threads.open(address);
  const send = () => voice.post({ ...place, nonce }, body, "retry");
  const posted = await postInThread(threads, address, send).catch((error: unknown) => {
    if (!voice.isPersona) throw error;
    return postAgain(error, { send, find });
  });
  return posted.id;
}

async function findQuestion(
  { api, voice }: { api: DiscordApi; voice: Voice },
  address: ReplyAddress,
  approvalId: string,
): Promise<APIMessage | undefined> {
  const { channel } = toPlace(address);
  const where = { channel, askedId: address.replyTo, deliveryId: approvalId };
  try {
    const own = await findPosted(api, where, voice.isOwn);
    return own.find(({ components }) => JSON.stringify(components ?? []).includes(approvalId));
  } catch (error) {
    if (discordCodeOf(error) === DISCORD_CODES.unknownChannel) return undefined;
    throw error;
  }
}

// The message, its channel or the webhook that may edit it is not there any more.
const GONE: ReadonlySet<number | undefined> = new Set([
  DISCORD_CODES.unknownMessage,
  DISCORD_CODES.unknownChannel,
  DISCORD_CODES.unknownWebhook,
  DISCORD_CODES.notTheAuthor,
]);

/** Puts how a question ended in its place, without buttons. A message that is gone is left alone. */
export async function closeInDiscord(
  { api, webhooks }: Pick<Scope, "api" | "webhooks">,
  address: ReplyAddress,
  { message, outcome }: { message: string; outcome: string },
): Promise<void> {
  const { channel } = toPlace(address);
  const voice = createVoice(api, webhooks, address);
  const [part = { content: outcome }] = toReplyParts(outcome, undefined);
  try {
    // Only what was posted by the webhook can be edited by it, and nothing else of it says so.
    if (voice.isPersona) voice.isOwn(await api.message(channel, message), await api.self());
    await voice.edit({ channel, message }, { content: part.content, components: [] }, "retry");
  } catch (error) {
    if (!GONE.has(discordCodeOf(error))) throw error;
  }
}
