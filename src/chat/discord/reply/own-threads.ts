import { remember } from "../../../base/remember.ts";
import type { ReplyAddress } from "../../../rooms/platform/chat-platform.ts";
import type { DiscordApi } from "../api/discord-api.ts";
import { DISCORD_CODES, discordCodeOf } from "../api/discord-error.ts";

/** The threads that begin at the messages they answer. */
export type OwnThreads = {
  /** Begins the thread of an address, if it is one that begins at the message that asked; once. */
  open(address: ReplyAddress): Promise<void>;
  /** Likewise before it is known who answers, where the question has words to name the thread by. */
  greet(place: Omit<ReplyAddress, "agent">): Promise<void>;
  /** Begins a thread that turned out not to exist. */
  reopen(address: ReplyAddress): Promise<void>;
};

type Place = Pick<ReplyAddress, "channel" | "thread" | "replyTo" | "asked">;

const MOST_REMEMBERED = 5000;
const NAME_CHARACTERS = 100;
const NAME_WORDS = 8;
const LEADING_MENTIONS = /^(?:\s*@\S+[\s,:]*)+/u;

export function createOwnThreads(api: DiscordApi): OwnThreads {
  const begun = new Map<string, Promise<void>>();

  async function begin({ channel, thread }: Place, name: string): Promise<void> {
    if (thread === undefined) return;
    try {
      await api.startThread(channel, thread, name);
    } catch (error) {
      if (discordCodeOf(error) !== DISCORD_CODES.threadExists) throw error;
    }
  }

  function reopen(place: Place, name: string): Promise<void> {
    const { thread = "" } = place;
    const beginning = begin(place, name);
    remember(begun, thread, beginning, MOST_REMEMBERED);
    beginning.catch(() => begun.delete(thread));
    return beginning;
  }

  return {
    async open(address) {
      if (!isOwnThread(address)) return;
      await (begun.get(address.replyTo) ?? reopen(address, toName(address)));
    },
    async greet(place) {
      const name = nameThread(place);
      if (isOwnThread(place) && name !== "")
        await (begun.get(place.replyTo) ?? reopen(place, name));
    },
    reopen: (address) => reopen(address, toName(address)),
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
    .replace(/[\s*_~`|#>]+/g, " ")
    .trim()
    .split(" ");
  return Array.from(words.slice(0, NAME_WORDS).join(" ")).slice(0, NAME_CHARACTERS).join("");
}
