import { z } from "zod";
import { toErrorMessage } from "../../../base/errors.ts";
import type { Log } from "../../../base/log.ts";
import type { Press, Presses } from "../../../rooms/presses.ts";
import { toRoomKey } from "../../../rooms/room-key.ts";
import { fromButtonId } from "../../buttons.ts";
import type { PersonNames } from "../events/person-names.ts";
import type { SlackApi } from "../api/slack-api.ts";
import type { SlackInteractions } from "../transport/slack-interactions.ts";

const id = z.string().regex(/^[A-Z][A-Z0-9]{1,40}$/);
const ts = z.string().regex(/^\d{1,20}\.\d{1,10}$/);
const BlockActions = z.object({
  type: z.literal("block_actions"),
  team: z.object({ id }),
  user: z.object({ id, name: z.string().optional() }),
  container: z.object({ channel_id: id, message_ts: ts, thread_ts: ts.nullish() }),
  actions: z.array(z.object({ action_id: z.string(), action_ts: z.string() })).min(1),
});

type Parts = {
  teamId: string;
  presses: Presses;
  names: PersonNames;
  api: SlackApi;
  log: Log;
};
type Pressed = { press: Omit<Press, "person">; channel: string; thread?: string; user: string };

const AGAIN = "That did not work just now. Press it again in a minute.";

/** Takes presses of the product's buttons out of what Slack sends. */
export function createSlackPresses({ teamId, presses, names, api, log }: Parts): SlackInteractions {
  const underWay = new Set<Promise<void>>();

  async function act({ press, user, ...place }: Pressed, fallback: string): Promise<void> {
    let words: string | undefined;
    try {
      const name = (await names([user])).get(user) ?? fallback;
      words = await presses.press({ ...press, person: { externalId: user, name } });
    } catch (error) {
      log.warn({ error: toErrorMessage(error) }, "slack press failed");
      words = AGAIN;
    }
    if (words !== undefined) await tell(place, user, words);
  }

  async function tell(
    { channel, thread }: { channel: string; thread?: string },
    user: string,
    text: string,
  ): Promise<void> {
    const args = { channel, text, ...(thread !== undefined && { thread_ts: thread }) };
    const isDirect = channel.startsWith("D");
    const outcome = isDirect
      ? await api("chat.postMessage", args)
      : await api("chat.postEphemeral", { ...args, user });
    if (outcome.kind !== "done") log.warn({ outcome: outcome.kind }, "slack presser not told");
  }

  return {
    take(body) {
      const parsed = BlockActions.safeParse(body);
      if (!parsed.success || parsed.data.team.id !== teamId) return undefined;
      const { user } = parsed.data;
      const pressed = toPressed(parsed.data);
      if (!pressed) return undefined;
      const acting = act(pressed, user.name ?? user.id).finally(() => underWay.delete(acting));
      underWay.add(acting);
      return { response: undefined };
    },
    async idle() {
      await Promise.allSettled(underWay);
    },
  };
}

function toPressed({
  team,
  user,
  container,
  actions,
}: z.infer<typeof BlockActions>): Pressed | undefined {
  const { channel_id: channel, message_ts: messageId, thread_ts } = container;
  const [action] = actions;
  const button = action && fromButtonId(action.action_id);
  if (!button) return undefined;
  const isReply = thread_ts && thread_ts !== messageId;
  const thread = isReply ? { thread: thread_ts } : {};
  const roomKey = toRoomKey({ platform: "slack", workspace: team.id, channel, ...thread });
  const pressId = `slack:${team.id}:${user.id}:${messageId}:${action.action_ts}`;
  return { press: { id: pressId, roomKey, messageId, button }, channel, user: user.id, ...thread };
}
