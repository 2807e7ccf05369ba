import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { ChatPlatform } from "../../rooms/chat-platform.ts";
import { createChannelPace, type Sleep } from "./channel-pace.ts";
import { createPostedParts } from "./posted-parts.ts";
import { PART_CHARACTERS } from "./reply-parts.ts";
import { createSlackApi } from "./slack-api.ts";
import { toSlackError } from "./slack-error.ts";
import { createSlackReply, MOST_PARTS } from "./slack-reply.ts";
import { createSlackSender } from "./slack-sender.ts";
import { createThreadStatus } from "./thread-status.ts";
import { uploadReply } from "./upload-reply.ts";

type Options = {
  botToken: string;
  /** With a slash at the end, as `https://slack.com/api/`. */
  apiUrl?: string | undefined;
  clock: Clock;
  log: Log;
  /** A test may let time pass faster than it does. */
  sleep?: Sleep;
  /** How long a call may take until its outcome counts as unknown. */
  timeoutMs?: number;
};

/** Slack refuses what only one person shall see where that person is not, or where nobody else is. */
const NOT_ALONE = new Set([
  "user_not_in_channel",
  "messages_tab_disabled",
  "cannot_reply_to_message",
]);

/** One Slack workspace as those who answer see it; any process may hold one. */
export function createSlackPlatform(options: Options): ChatPlatform {
  const { clock, log, sleep = (ms: number) => pause(ms) } = options;
  const api = createSlackApi(options);
  const pace = createChannelPace({ clock, sleep });
  const sender = createSlackSender({ api, pace, clock, sleep });
  const showStatus = createThreadStatus(api);

  return {
    platform: "slack",
    traits: { needsOutbox: true, messageCharacters: PART_CHARACTERS, mostParts: MOST_PARTS },
    openReply(address, deliveryId, { resumed }) {
      const posted = createPostedParts({ sender, api }, address, { deliveryId, resumed });
      const upload = (markdown: string) => uploadReply(sender, address, { deliveryId, markdown });
      return createSlackReply({ posted, pace, sleep, log, upload }, address);
    },
    showStatus,
    async tellPrivately({ channel, thread, person }, text) {
      const args = { channel, text, ...(thread !== undefined && { thread_ts: thread }) };
      if (person !== undefined && !channel.startsWith("D")) {
        const method = "chat.postEphemeral";
        const outcome = await sender.settle({ channel, method, args: { ...args, user: person } });
        if (outcome.kind === "done") return;
        if (!NOT_ALONE.has(outcome.error)) throw toSlackError(method, outcome.error);
      }
      await sender.require({ channel, method: "chat.postMessage", args });
    },
    async close() {},
  };
}
