import { AppError, toErrorMessage } from "../../../base/errors.ts";
import type { Log } from "../../../base/log.ts";
import type { ReplyAddress, ReplyDraft } from "../../../rooms/chat-platform.ts";
import { toStorableText } from "../../../store/storable.ts";
import { needsFile } from "../../rich-text/split-message.ts";
import type { ChannelPace, Sleep } from "../api/channel-pace.ts";
import type { PostedParts } from "./posted-parts.ts";
import { toFeedbackBlock, withFeedback } from "../buttons/slack-buttons.ts";
import type { NativeStream } from "./native-stream.ts";
import { mention, toGrowingPart, toReplyParts, type ReplyPart } from "./reply-parts.ts";

export const MOST_PARTS = 5;

// An answer that is whole by then is posted at once, without a draft before it.
const FIRST_DRAFT_MS = 250;
const DRAFT_SPACING_MS = 1200;
const SPACING_GROWTH = 1.25;
const LONGEST_SPACING_MS = 5000;
const STREAM_SPACING_MS = 500;
const STREAM_GROWTH = 1.05;
const SETTLING_MS = 500;
// A process that was stopped so long may have lost its turn to another one.
const STALE_MS = 10_000;
const FILE_NOTE = "_The whole answer is in the file below._";

type FinishOptions = NonNullable<Parameters<ReplyDraft["finish"]>[1]>;

type Parts = {
  posted: PostedParts;
  /** Made here, since whether the reply is over is known here. */
  openStream: (isOver: () => boolean) => NativeStream;
  pace: ChannelPace;
  sleep: Sleep;
  log: Log;
  upload: (markdown: string) => Promise<void>;
};

/** One reply: drafts of its first message while it is written, then all of it, exactly once. */
export function createSlackReply(
  { posted, openStream, pace, sleep, log, upload }: Parts,
  address: ReplyAddress,
): ReplyDraft {
  const { channel } = address;
  let wanted: string | undefined;
  let drafting = false;
  let spacingMs = DRAFT_SPACING_MS;
  let streamSpacingMs = STREAM_SPACING_MS;
  let over = false;
  let writing: Promise<void> = Promise.resolve();
  const stream = openStream(() => over);

  const toFirst = (part: ReplyPart) =>
    isUnnoticed(address) ? mention(address.person, part) : part;

  async function draftOn(): Promise<void> {
    await rest(FIRST_DRAFT_MS);
    while (!over && wanted !== undefined) {
      writing = draft(wanted);
      wanted = undefined;
      await writing;
      await rest(nextSpacing());
    }
    drafting = false;
  }

  function nextSpacing(): number {
    const ms = stream.isOpen() ? streamSpacingMs : spacingMs;
    if (stream.isOpen()) streamSpacingMs *= STREAM_GROWTH;
    else spacingMs *= SPACING_GROWTH;
    return Math.min(ms, LONGEST_SPACING_MS);
  }

  async function rest(ms: number): Promise<void> {
    const startedAt = performance.now();
    await sleep(ms);
    if (performance.now() - startedAt > ms + STALE_MS) over = true;
  }

  async function draft(markdown: string): Promise<void> {
    try {
      const shown = await stream.show(markdown);
      if (shown === "over") over = true;
      const part = shown === "edits" && !over ? toGrowingPart(markdown) : undefined;
      if (part && pace.spareSlot(channel, "edit")) await edit(toFirst(part));
    } catch (error) {
      log.debug({ channel, error: toErrorMessage(error) }, "slack draft failed");
    }
  }

  async function edit(part: ReplyPart): Promise<void> {
    const outcome = await posted.draft(part);
    if (outcome.kind === "limited") pace.pause(channel, outcome.retryAfterMs);
    // What was sent may still be under way: looking for it at once would not find it.
    if (outcome.kind === "unknown") await sleep(SETTLING_MS);
    // What is refused now, the end of the reply reports.
    if (outcome.kind === "refused") over = true;
  }

  async function writeAll(
    parts: readonly ReplyPart[],
    { feedbackButtons = false }: FinishOptions,
  ): Promise<string[]> {
    const ids: string[] = [];
    for (const [index, each] of parts.entries()) {
      const isLast = feedbackButtons && index === parts.length - 1;
      const part = isLast ? withFeedback(each) : each;
      ids.push(await posted.write(index, index === 0 ? toFirst(part) : part));
    }
    const { parts: known } = await posted.find();
    for (const index of known.keys()) if (index >= parts.length) await posted.remove(index);
    return ids;
  }

  async function writeFile(
    first: ReplyPart,
    markdown: string,
    options: FinishOptions,
  ): Promise<string[] | undefined> {
    const { hasFile } = await posted.find();
    const ids = await writeAll([withNote(first)], options);
    try {
      if (!hasFile) await upload(markdown);
      return ids;
    } catch (error) {
      if (!(error instanceof AppError) || error.code === "UNAVAILABLE") throw error;
      log.warn(
        { channel, error: error.message },
        "slack took no file, so the reply has many parts",
      );
      return undefined;
    }
  }

  return {
    show(markdown) {
      if (over) return;
      wanted = toStorableText(markdown);
      if (drafting) return;
      drafting = true;
      void draftOn();
    },
    abandon() {
      over = true;
    },
    async retract() {
      over = true;
      await writing;
      try {
        const { parts } = await posted.find();
        for (const index of parts.keys()) await posted.remove(index);
      } catch (error) {
        log.debug({ channel, error: toErrorMessage(error) }, "slack draft stays");
      }
    },
    async finish(answer, options = {}) {
      over = true;
      await writing;
      // Half a surrogate pair would take the letter after it along.
      const markdown = toStorableText(answer);
      const parts = toReplyParts(markdown);
      const below = options.feedbackButtons === true ? [toFeedbackBlock()] : [];
      const streamed = await stream.finish(markdown, { isOnePart: parts.length === 1, below });
      if (streamed !== undefined) return [streamed];
      const [first] = parts;
      const texts = parts.map(({ text }) => text);
      if (first && needsFile(texts, MOST_PARTS)) {
        const ids = await writeFile(first, markdown, options);
        if (ids) return ids;
      }
      return writeAll(parts, options);
    },
  };
}

/** Slack tells people of replies in their threads and direct conversations, but not in a channel. */
function isUnnoticed(address: ReplyAddress): address is ReplyAddress & { person: string } {
  const { thread, channel, person } = address;
  return thread === undefined && !channel.startsWith("D") && person !== undefined;
}

function withNote({ text, blocks }: ReplyPart): ReplyPart {
  const note = { type: "context", elements: [{ type: "mrkdwn", text: FILE_NOTE }] };
  return {
    text: `${text}\n\n${FILE_NOTE}`,
    blocks: blocks.length > 0 ? [...blocks, note] : [],
  };
}
