import { remember } from "../../../base/remember.ts";
import { z } from "zod";
import type { SlackApi } from "../api/slack-api.ts";
import { toSlackError } from "../api/slack-error.ts";
import type { SlackSelf } from "../api/slack-self.ts";

type Place = { channel: string; ts: string };

/** In which threads the app's own messages stand: a reaction names the message, but not its thread. */
export type AnswerThreads = {
  /** Remembers an own message, as its event passes by. */
  note(place: Place, thread: string | undefined): void;
  /** The thread of an own message; `own: false` for what others wrote or nobody can find. */
  find(place: Place): Promise<{ own: false } | { own: true; thread: string | undefined }>;
};

const Answer = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      thread_ts: z.string().nullish(),
      bot_id: z.string().nullish(),
      user: z.string().nullish(),
    }),
  ),
});

const MOST_REMEMBERED = 20_000;
const PASSING = "Slack does not say now which thread the message is in.";

export function createAnswerThreads(api: SlackApi, { botId, userId }: SlackSelf): AnswerThreads {
  const threads = new Map<string, string | undefined>();

  function note({ channel, ts }: Place, thread: string | undefined): void {
    remember(threads, `${channel}:${ts}`, thread, MOST_REMEMBERED);
  }

  return {
    note,
    async find(place) {
      const { channel, ts } = place;
      const key = `${channel}:${ts}`;
      if (threads.has(key)) return { own: true, thread: threads.get(key) };
      const args = { channel, ts, oldest: ts, latest: ts, inclusive: true, limit: 2 };
      const outcome = await api("conversations.replies", args);
      if (outcome.kind === "refused" && outcome.error === "thread_not_found") return { own: false };
      if (outcome.kind === "refused") throw toSlackError("conversations.replies", outcome.error);
      if (outcome.kind !== "done") throw new Error(PASSING);
      const message = Answer.parse(outcome.answer).messages.find((each) => each.ts === ts);
      if (!message || (message.bot_id !== botId && message.user !== userId)) return { own: false };
      const thread = message.thread_ts === ts ? undefined : (message.thread_ts ?? undefined);
      note(place, thread);
      return { own: true, thread };
    },
  };
}
