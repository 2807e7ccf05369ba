import type { Clock } from "../../../base/clock.ts";
import type { PostedQuestion, ReplyAddress } from "../../../rooms/chat-platform.ts";
import type { DiscordApi } from "../api/discord-api.ts";
import { toDecisionButtons } from "../buttons/discord-buttons.ts";
import { DISCORD_CODES, discordCodeOf } from "../api/discord-error.ts";
import { findPosted } from "./find-posted.ts";
import { toReplyParts } from "./reply-parts.ts";
import { openThread, postInThread, toPlace } from "./reply-place.ts";
import { idTime } from "../events/snowflake.ts";
import { toNonce } from "./to-nonce.ts";

// While Discord remembers nonces, posting again finds the message by itself.
const NONCE_TRUSTED_MS = 90_000;

/** Posts a question with its buttons, once per approval: later it is found by the name of its button. */
export async function askInDiscord(
  { api, clock }: { api: DiscordApi; clock: Clock },
  address: ReplyAddress,
  { approvalId, question, resumed }: PostedQuestion & { approvalId: string },
): Promise<string> {
  const place = toPlace(address);
  const isOld = clock.now() - (idTime(approvalId) ?? 0) > NONCE_TRUSTED_MS;
  const known = resumed && isOld ? await find(api, address, approvalId) : undefined;
  if (known !== undefined) return known;
  const [part = { content: question }] = toReplyParts(question, place.mention);
  const body = { content: part.content, components: toDecisionButtons(approvalId) };
  const nonce = toNonce(approvalId, 0);
  if (!resumed) await openThread(api, address);
  const post = () => api.post({ ...place, nonce }, body, "retry");
  return (await postInThread(api, address, post)).id;
}

async function find(
  api: DiscordApi,
  address: ReplyAddress,
  approvalId: string,
): Promise<string | undefined> {
  const { channel } = toPlace(address);
  try {
    const own = await findPosted(api, {
      channel,
      askedId: address.replyTo,
      deliveryId: approvalId,
    });
    return own.find(({ components }) => JSON.stringify(components ?? []).includes(approvalId))?.id;
  } catch (error) {
    if (discordCodeOf(error) === DISCORD_CODES.unknownChannel) return undefined;
    throw error;
  }
}

/** Puts how a question ended in its place, without buttons. A message that is gone is left alone. */
export async function closeInDiscord(
  api: DiscordApi,
  address: ReplyAddress,
  { message, outcome }: { message: string; outcome: string },
): Promise<void> {
  const { channel } = toPlace(address);
  const [part = { content: outcome }] = toReplyParts(outcome, undefined);
  try {
    await api.edit({ channel, message }, { content: part.content, components: [] }, "retry");
  } catch (error) {
    const code = discordCodeOf(error);
    const isGone = code === DISCORD_CODES.unknownMessage || code === DISCORD_CODES.unknownChannel;
    if (!isGone) throw error;
  }
}
