import { z } from "zod";
import { toErrorMessage } from "../../../base/errors.ts";
import type { Log } from "../../../base/log.ts";
import type { Button, Presses, Told } from "../../../rooms/presses.ts";
import { toRoomKey } from "../../../rooms/room-key.ts";
import { toSlackWords } from "../../rich-text/to-slack.ts";
import { fromButtonId } from "../../buttons.ts";
import type { NameBook } from "../events/name-book.ts";
import type { SlackApi } from "../api/slack-api.ts";
import type { SlackInteractions } from "../transport/slack-interactions.ts";
import { type AnswerPlace, readReasonForm, toReasonForm } from "./reason-form.ts";
import { withWhy } from "./slack-buttons.ts";

const id = z.string().regex(/^[A-Z][A-Z0-9]{1,40}$/);
const ts = z.string().regex(/^\d{1,20}\.\d{1,10}$/);
const BlockActions = z.object({
  type: z.literal("block_actions"),
  team: z.object({ id }),
  user: z.object({ id, name: z.string().optional() }),
  // Without one no form can be opened: the press itself counts all the same.
  trigger_id: z.string().max(200).default(""),
  container: z.object({ channel_id: id, message_ts: ts, thread_ts: ts.nullish() }),
  actions: z.array(z.object({ action_id: z.string(), action_ts: z.string() })).min(1),
});

type Parts = {
  teamId: string;
  presses: Presses;
  names: NameBook;
  api: SlackApi;
  log: Log;
};
type Presser = { user: string; fallback: string };
type Pressed = Presser & { id: string; button: Button; place: AnswerPlace; trigger: string };

const AGAIN = "That did not work just now. Press it again in a minute.";
const SEND_AGAIN = "That could not be stored just now. Press 👎 twice and send it again.";

/** Takes presses of the product's buttons, and the forms they open, out of what Slack sends. */
export function createSlackPresses(parts: Parts): SlackInteractions {
  const { teamId, log } = parts;
  const underWay = new Set<Promise<void>>();

  function begin(work: Promise<void>): { response: undefined } {
    const mine = work
      .catch((error: unknown) => log.warn({ error: toErrorMessage(error) }, "slack press failed"))
      .finally(() => underWay.delete(mine));
    underWay.add(mine);
    return { response: undefined };
  }

  return {
    take(body) {
      const pressed = readPress(body, teamId);
      if (pressed) return begin(act(parts, pressed));
      const form = readReasonForm(body);
      if (form?.teamId !== teamId) return undefined;
      const { user, name = user, place, reason } = form;
      return begin(explain(parts, { user, fallback: name }, { place, reason }));
    },
    async idle() {
      await Promise.allSettled(underWay);
    },
  };
}

async function act(parts: Parts, { id: pressId, button, ...pressed }: Pressed): Promise<void> {
  const { place, user } = pressed;
  if (button.kind === "why") {
    const about = { ...place, messageId: button.messageId };
    await askWhy(parts, about, pressed.trigger);
    return;
  }
  let told: Told | undefined;
  try {
    const person = await toPerson(parts, pressed);
    const { messageId } = place;
    const roomKey = toKey(parts, place);
    told = await parts.presses.press({ id: pressId, roomKey, messageId, person, button });
  } catch (error) {
    parts.log.warn({ error: toErrorMessage(error) }, "slack press failed");
    told = { words: AGAIN };
  }
  if (!told) return;
  if (told.mayExplain && (await askWhy(parts, place, pressed.trigger))) return;
  await tell(parts, { place, user }, told);
}

/** Opens the form; false where Slack does not, as three seconds after the press. */
async function askWhy({ api }: Parts, place: AnswerPlace, trigger: string): Promise<boolean> {
  const outcome = await api("views.open", { trigger_id: trigger, view: toReasonForm(place) });
  // The same press again: its form is open already.
  const isOpen = outcome.kind === "refused" && outcome.error === "exchanged_trigger_id";
  return isOpen || outcome.kind === "done";
}

async function explain(
  parts: Parts,
  presser: Presser,
  { place, reason }: { place: AnswerPlace; reason: string },
): Promise<void> {
  if (reason.trim() === "") return;
  const { messageId } = place;
  const words = await toPerson(parts, presser)
    .then((person) =>
      parts.presses.explain({ roomKey: toKey(parts, place), messageId, person, reason }),
    )
    .catch((error: unknown) => {
      parts.log.warn({ error: toErrorMessage(error) }, "slack reason was not stored");
      return SEND_AGAIN;
    });
  await tell(parts, { place, user: presser.user }, { words });
}

async function toPerson({ names }: Parts, { user, fallback }: Presser) {
  return { externalId: user, name: (await names.people([user])).get(user) ?? fallback };
}

function toKey({ teamId }: Parts, { channel, thread }: AnswerPlace): string {
  const place = { platform: "slack" as const, workspace: teamId, channel };
  return toRoomKey({ ...place, ...(thread !== undefined && { thread }) });
}

async function tell(
  { api, log }: Parts,
  { place, user }: { place: AnswerPlace; user: string },
  { words, mayExplain }: Told,
): Promise<void> {
  const { channel, thread, messageId } = place;
  const text = toSlackWords(words);
  const content = mayExplain ? withWhy(text, messageId) : { text };
  const args = { channel, ...content, ...(thread !== undefined && { thread_ts: thread }) };
  const isDirect = channel.startsWith("D");
  const outcome = isDirect
    ? await api("chat.postMessage", args)
    : await api("chat.postEphemeral", { ...args, user });
  if (outcome.kind !== "done") log.warn({ outcome: outcome.kind }, "slack presser not told");
}

function readPress(body: unknown, teamId: string): Pressed | undefined {
  const { success, data } = BlockActions.safeParse(body);
  if (!success || data.team.id !== teamId) return undefined;
  const { user, container, actions, trigger_id: trigger } = data;
  const { channel_id: channel, message_ts: messageId, thread_ts } = container;
  const [action] = actions;
  const button = action && fromButtonId(action.action_id);
  if (!button) return undefined;
  const isReply = thread_ts && thread_ts !== messageId;
  return {
    id: `slack:${teamId}:${user.id}:${messageId}:${action.action_ts}`,
    button,
    place: { channel, messageId, ...(isReply && { thread: thread_ts }) },
    trigger,
    user: user.id,
    fallback: user.name ?? user.id,
  };
}
