import { setTimeout as sleep } from "node:timers/promises";
import type { Insistence, MessageBody } from "./message-body.ts";
import type { APIMessage } from "discord.js";
import type { Clock } from "../../../base/clock.ts";
import { AppError, toErrorMessage } from "../../../base/errors.ts";
import type { Log } from "../../../base/log.ts";
import type { ReplyAddress, ReplyDraft } from "../../../rooms/platform/chat-platform.ts";
import type { DiscordApi } from "../api/discord-api.ts";
import { FEEDBACK_BUTTONS } from "../buttons/discord-buttons.ts";
import { DISCORD_CODES, discordCodeOf } from "../api/discord-error.ts";
import type { DraftPace } from "./draft-pace.ts";
import { findPosted, isSameText } from "./find-posted.ts";
import type { OwnThreads } from "./own-threads.ts";
import { postAgain } from "./post-again.ts";
import { postInThread, toPlace } from "./reply-place.ts";
import { isDraftOf, toFirstParts, toGrowingPart, toReplyParts } from "./reply-parts.ts";
import { createVoice, isWebhookGone, type Webhooks } from "./reply-voice.ts";
import { idTime } from "../events/snowflake.ts";
import { toNonce } from "./to-nonce.ts";

export type DraftScope = {
  api: DiscordApi;
  webhooks: Webhooks;
  threads: OwnThreads;
  pace: DraftPace;
  clock: Clock;
  log: Log;
};
type FinishOptions = NonNullable<Parameters<ReplyDraft["finish"]>[1]>;
export type Delivery = { address: ReplyAddress; deliveryId: string; resumed: boolean };

// "A few minutes", says Discord.
const NONCE_TRUSTED_MS = 90_000;
// What was sent through a webhook may still be under way: looking at once would not find it.
const SETTLING_MS = 500;
// An answer that is whole by then is posted at once, without a draft before it.
const FIRST_DRAFT_MS = 250;
const FIRST_GAP_MS = 1100;
const GAP_GROWTH = 1.2;
const LONGEST_GAP_MS = 5000;
// A process that was stopped so long may have lost its turn to another one.
const STALE_MS = 10_000;

/**
 * One reply on Discord. Each part has a nonce of its own, so that sending it again within minutes
 * changes nothing; later, and where a persona speaks, what is visible is looked up before anything is
 * sent again.
 */
export function createReplyDraft(
  { api, webhooks, threads, pace, clock, log }: DraftScope,
  { address, deliveryId, resumed }: Delivery,
): ReplyDraft {
  const place = toPlace(address);
  const voice = createVoice(api, webhooks, address);
  const { channel, mention } = place;
  const agentName = address.agent.name;
  const stopping = new AbortController();
  // Since when a message may be visible that this process knows nothing of.
  let uncertainSince = resumed ? (idTime(deliveryId) ?? 0) : undefined;
  // A resumed delivery has its thread, as a rule; where it has not, posting says so.
  let threadKnown = resumed;
  let first: { id: string; content: string } | undefined;
  let latest = "";
  let drawn = "";
  // The messages that are parts of this reply for certain.
  const taken = new Set<string>();
  let gapMs = FIRST_GAP_MS;
  let drawnAt = 0;
  let drawing: Promise<void> | undefined;

  /** Draws the latest words until there are no later ones. */
  async function draw(): Promise<void> {
    if (drawnAt === 0) {
      await sleep(FIRST_DRAFT_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    while (drawn !== latest && !stopping.signal.aborted) {
      const dueAt = Math.max(clock.now(), drawnAt + gapMs);
      if (drawnAt > 0) {
        if (!(await pace.turn(channel, { at: drawnAt, gapMs }, stopping.signal))) return;
        if (clock.now() - dueAt > STALE_MS) return stopping.abort();
      }
      drawn = latest;
      const body = toGrowingPart(drawn, { mention, agentName });
      if (!body || (first && isSameText(first.content, body.content))) continue;
      await putFirst(body, "once").finally(() => {
        drawnAt = clock.now();
        gapMs = Math.min(gapMs * GAP_GROWTH, LONGEST_GAP_MS);
      });
    }
  }

  async function lookUp(): Promise<APIMessage[]> {
    if (uncertainSince === undefined) return [];
    if (!voice.isPersona && clock.now() - uncertainSince < NONCE_TRUSTED_MS) return [];
    if (voice.isPersona) await sleep(SETTLING_MS);
    try {
      const where = { channel, askedId: address.replyTo, deliveryId };
      return await findPosted(api, where, voice.isOwn);
    } catch (error) {
      // Nothing was posted in a thread that was not even begun.
      if (discordCodeOf(error) === DISCORD_CODES.unknownChannel) return [];
      throw error;
    }
  }

  /** Makes the first message say this, whether it is posted yet or not. */
  async function putFirst(
    body: MessageBody,
    insistence: Insistence,
    visible?: APIMessage[],
  ): Promise<string> {
    if (!first) {
      const own = visible ?? (await lookUp());
      const draft = own.find(({ content }) => isDraftOf(agentName, content));
      first = draft ?? (await post(0, body, insistence));
    }
    const { id } = first;
    try {
      await settle(first, body, insistence);
    } catch (error) {
      if (!isWebhookGone(error)) throw error;
      // Nobody can change a message whose webhook was deleted: a new one takes its place.
      await api.remove(channel, id).catch(() => undefined);
      first = await post(0, body, insistence);
    }
    taken.add(first.id);
    first = { id: first.id, content: body.content };
    return first.id;
  }

  async function post(
    part: number,
    body: MessageBody,
    insistence: Insistence,
  ): Promise<APIMessage> {
    if (!threadKnown) await threads.open(address);
    threadKnown = true;
    const nonce = toNonce(deliveryId, part);
    const target = part === 0 ? { ...place, nonce } : { channel, nonce };
    uncertainSince ??= clock.now();
    const send = () => voice.post(target, body, insistence);
    const posted = await postInThread(threads, address, send).catch((error: unknown) => {
      if (!voice.isPersona || insistence === "once") throw error;
      const isMissing = ({ id, content }: APIMessage) =>
        !taken.has(id) && isSameText(content, body.content);
      const find = async () => (await lookUp()).find(isMissing);
      return postAgain(error, { send, find });
    });
    taken.add(posted.id);
    if (!resumed) uncertainSince = undefined;
    return posted;
  }

  /** Edits a message that says something else, such as a draft that the nonce brought back. */
  async function settle(
    message: { id: string; content: string; attachments?: unknown[] },
    body: MessageBody,
    insistence: Insistence,
  ): Promise<void> {
    const hasFile = (message.attachments?.length ?? 0) > 0;
    if (isSameText(message.content, body.content) && (!body.file || hasFile)) return;
    await voice.edit({ channel, message: message.id, mention }, body, insistence);
  }

  /** Where the bot may attach no file, a long answer is at least begun. */
  async function putWhole(markdown: string, options: FinishOptions): Promise<string[]> {
    const bodies = toReplyParts(markdown, mention);
    try {
      return await putAll(bodies, options);
    } catch (error) {
      const isFile = bodies.some(({ file }) => file !== undefined);
      if (!isFile || !(error instanceof AppError) || error.code !== "FORBIDDEN") throw error;
      return putAll(toFirstParts(markdown, mention), options);
    }
  }

  async function putAll(
    bodies: readonly MessageBody[],
    { feedbackButtons = false }: FinishOptions,
  ): Promise<string[]> {
    const ids: string[] = [];
    const visible = await lookUp();
    for (const [part, each] of bodies.entries()) {
      const isLast = feedbackButtons && part === bodies.length - 1;
      const body = isLast ? { ...each, components: FEEDBACK_BUTTONS } : each;
      const at = visible.findIndex(({ content }) => isSameText(content, body.content));
      const [known] = at === -1 ? [] : visible.splice(at, 1);
      if (part === 0 && (first || !known)) ids.push(await putFirst(body, "retry", visible));
      else ids.push(await putPart(part, body, known));
    }
    return ids;
  }

  async function putPart(
    part: number,
    body: MessageBody,
    known: APIMessage | undefined,
  ): Promise<string> {
    if (known) taken.add(known.id);
    const message = known ?? (await post(part, body, "retry"));
    await settle(message, body, "retry");
    return message.id;
  }

  function startDrawing(): void {
    if (drawn === latest || stopping.signal.aborted) return;
    drawing ??= draw()
      .catch((error: unknown) => {
        // The next words are another chance, unless Discord will never take them.
        if (!(error instanceof AppError && error.code === "UNAVAILABLE")) stopping.abort();
        log.debug({ error: toErrorMessage(error) }, "discord: a draft could not be shown");
      })
      .finally(() => {
        drawing = undefined;
        startDrawing();
      });
  }

  return {
    show(markdown) {
      latest = markdown;
      startDrawing();
    },
    async finish(markdown, options = {}) {
      stopping.abort();
      await drawing;
      return pace.first(channel, () => putWhole(markdown, options));
    },
    abandon: () => stopping.abort(),
    async retract() {
      stopping.abort();
      await drawing;
      try {
        const draft =
          first ?? (await lookUp()).find(({ content }) => isDraftOf(agentName, content));
        if (draft) await voice.remove(channel, draft.id);
        first = undefined;
      } catch (error) {
        log.debug({ error: toErrorMessage(error) }, "discord: a draft stays");
      }
    },
  };
}
