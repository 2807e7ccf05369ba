import { remember } from "../../../base/remember.ts";
import type { ReplyAddress } from "../../../rooms/platform/chat-platform.ts";
import type { DiscordApi } from "../api/discord-api.ts";
import { cutToUnits } from "../cut-to-units.ts";
import { DISCORD_CODES, discordCodeOf } from "../api/discord-error.ts";

/** The threads that begin at the messages they answer. */
export type OwnThreads = {
  /** Begins the thread of an address, if it is one that begins at the message that asked; once. */
  open(address: ReplyAddress): Promise<void>;
  /** Likewise before it is known who answers, where the question has words to name the thread by. */
  greet(place: Omit<ReplyAddress, "agent">): Promise<void>;
  /** Whether nobody has begun it as far as this process knows: then one that is missing was not deleted. */
  mayBeMissing(address: ReplyAddress): boolean;
  /** Whether Discord has not let the bot begin it, lately. */
  isRefused(address: ReplyAddress): boolean;
};

type Place = Pick<ReplyAddress, "channel" | "thread" | "replyTo" | "asked">;

// It may not, or not in this kind of channel.
const REFUSALS: ReadonlySet<number> = new Set([
  DISCORD_CODES.missingPermissions,
  DISCORD_CODES.wrongChannelType,
]);
const MOST_REMEMBERED = 5000;
const NAME_UNITS = 100;
const PLAIN_NAME = "Answer";
const NAME_WORDS = 8;
// Format characters and the letters that look like nothing (U+115F, U+1160, U+3164, U+FFA0) name nothing.
const VISIBLE = /[^\s\p{C}\u115f\u1160\u3164\uffa0]/u;
// What a question shows stands behind it.
const QUOTES = /^\[(?:in reply to|forwarded)[\s\S]*$/m;
const LEADING_MENTIONS = /^(?:\s*@\S+[\s,:]*)+/u;

export function createOwnThreads(api: DiscordApi): OwnThreads {
  const begun = new Map<string, Promise<void>>();
  const refused = new Map<string, true>();

  async function begin(
    { channel, thread }: Pick<Place, "channel" | "thread">,
    name: string,
  ): Promise<void> {
    if (thread === undefined) return;
    try {
      await api.startThread(channel, thread, name);
    } catch (error) {
      const code = discordCodeOf(error);
      // A server may forbid words in names, which must not cost the answer.
      if (code === DISCORD_CODES.invalidForm && name !== PLAIN_NAME) {
        return begin({ channel, thread }, PLAIN_NAME);
      }
      if (code === DISCORD_CODES.threadExists) return;
      if (code !== undefined && REFUSALS.has(code))
        remember(refused, thread, true, MOST_REMEMBERED);
      throw error;
    }
  }

  function openOnce(place: Place, name: string): Promise<void> {
    const { replyTo } = place;
    const known = begun.get(replyTo);
    if (known) return known;
    const beginning = begin(place, name);
    remember(begun, replyTo, beginning, MOST_REMEMBERED);
    beginning.catch(() => begun.delete(replyTo));
    return beginning;
  }

  return {
    async open(address) {
      if (isOwnThread(address)) await openOnce(address, toName(address));
    },
    async greet(place) {
      const name = nameThread(place);
      if (isOwnThread(place) && name !== "") await openOnce(place, name);
    },
    isRefused: ({ replyTo }) => refused.has(replyTo),
    mayBeMissing: (address) => isOwnThread(address) && !begun.has(address.replyTo),
  };
}

/** Whether a reply goes to a thread that begins at the very message it answers. */
export function isOwnThread({ thread, replyTo }: Place): boolean {
  return thread !== undefined && thread === replyTo;
}

function toName(address: ReplyAddress): string {
  const { slug, name } = address.agent;
  return nameThread(address) || nameThread({ asked: name }) || slug;
}

/** The first words of a question; empty where it has none. */
function nameThread({ asked = "" }: Pick<Place, "asked">): string {
  const words = asked
    .replace(LEADING_MENTIONS, "")
    .replace(QUOTES, "")
    .replace(/[\s*_~`|#>]+/g, " ")
    .trim()
    .split(" ");
  const name = cutToUnits(words.slice(0, NAME_WORDS).join(" "), NAME_UNITS);
  return VISIBLE.test(name) ? name : "";
}
