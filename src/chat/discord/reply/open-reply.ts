import type { ReplyDraft } from "../../../rooms/platform/chat-platform.ts";
import { isOwnThread } from "./own-threads.ts";
import { createReplyDraft, type Delivery, type DraftScope } from "./reply-draft.ts";

/** One reply on Discord; where the bot may begin no thread for it, it is whole in the channel. */
export function openReply(scope: DraftScope, delivery: Delivery): ReplyDraft {
  const { address } = delivery;
  const draft = createReplyDraft(scope, delivery);
  if (!isOwnThread(address)) return draft;
  return {
    ...draft,
    async finish(markdown, options) {
      try {
        return await draft.finish(markdown, options);
      } catch (error) {
        if (!scope.threads.isRefused(address)) throw error;
        const { thread: _thread, ...inChannel } = address;
        // An earlier process may have said it there. Verdicts would look for the thread: no buttons.
        const there = { ...delivery, address: inChannel, resumed: true };
        return createReplyDraft(scope, there).finish(markdown);
      }
    },
  };
}
