import { remember } from "../../../base/remember.ts";
import type { ReplyAddress } from "../../../rooms/chat-platform.ts";
import type { DiscordApi } from "../api/discord-api.ts";
import { DISCORD_CODES, discordCodeOf } from "../api/discord-error.ts";

/** The threads that begin at the messages they answer. */
export type OwnThreads = {
  /** Begins the thread of an address, if it is one that begins at the message that asked; once. */
  open(address: ReplyAddress): Promise<void>;
  /** Begins a thread that turned out not to exist. */
  reopen(address: ReplyAddress): Promise<void>;
};

const MOST_REMEMBERED = 5000;
const NAME_CHARACTERS = 100;
const NAME_WORDS = 8;
const LEADING_MENTIONS = /^(?:\s*@\S+[\s,:]*)+/u;

export function createOwnThreads(api: DiscordApi): OwnThreads {
  const begun = new Map<string, Promise<void>>();

  async function begin(address: ReplyAddress): Promise<void> {
    const { channel, thread } = address;
    if (thread === undefined) return;
    try {
      await api.startThread(channel, thread, nameThread(address));
    } catch (error) {
      if (discordCodeOf(error) !== DISCORD_CODES.threadExists) throw error;
    }
  }

  function reopen(address: ReplyAddress): Promise<void> {
    const { thread = "" } = address;
    const beginning = begin(address);
    remember(begun, thread, beginning, MOST_REMEMBERED);
    beginning.catch(() => begun.delete(thread));
    return beginning;
  }

  return {
    async open(address) {
      if (isOwnThread(address)) await (begun.get(address.replyTo) ?? reopen(address));
    },
    reopen,
  };
}

/** Whether a reply goes to a thread that begins at the very message it answers. */
export function isOwnThread({ thread, replyTo }: ReplyAddress): boolean {
  return thread !== undefined && thread === replyTo;
}

/** The question's first words, else the agent's name. */
function nameThread({ asked = "", agent }: ReplyAddress): string {
  const words = asked
    .replace(LEADING_MENTIONS, "")
    .replace(/[\s*_~`|#>]+/g, " ")
    .trim()
    .split(" ");
  const name = words.slice(0, NAME_WORDS).join(" ") || agent.name;
  return Array.from(name).slice(0, NAME_CHARACTERS).join("") || agent.slug;
}
