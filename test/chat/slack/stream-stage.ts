import { newId } from "../../../src/base/ids.ts";
import type { ReplyDraft } from "../../../src/rooms/platform/chat-platform.ts";
import { until } from "../../support/until.ts";
import { openSlackStage } from "./slack-stage.ts";

export type StreamStage = Awaited<ReturnType<typeof openStreamStage>>;

const STREAM_METHODS = new Set(["chat.startStream", "chat.appendStream", "chat.stopStream"]);

/** A thread in which answers are streamed, and what was sent of them. */
export async function openStreamStage(options: Parameters<typeof openSlackStage>[0] = {}) {
  // A call that is never answered is given up within a test.
  const stage = await openSlackStage({ timeoutMs: 2000, ...options });
  return {
    ...stage,
    open: (address = stage.address) =>
      stage.connect().openReply(address, newId(), { resumed: false }),
    messages: (where = stage.address) => stage.double.appMessages(where.channel, where.thread),
    calls: (method: string) => stage.double.callsOf(method),
    /** All words that went through streams, in order. */
    streamed: () =>
      stage.double.calls
        .filter(({ method }) => STREAM_METHODS.has(method))
        .map(({ args: { markdown_text: text } }) => (typeof text === "string" ? text : ""))
        .join(""),
    /** Shows a text piece by piece, each once the one before has arrived. */
    async write(draft: ReplyDraft, pieces: readonly string[]) {
      for (const index of pieces.keys()) {
        const before = stage.writes();
        draft.show(pieces.slice(0, index + 1).join(""));
        await until(() => stage.writes() > before);
      }
    },
  };
}
