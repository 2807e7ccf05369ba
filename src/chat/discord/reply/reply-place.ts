import type { PrivateAddress, ReplyAddress } from "../../../rooms/chat-platform.ts";
import { fromDiscord } from "../../rich-text/from-discord.ts";
import type { DiscordApi, PostedMessage } from "../api/discord-api.ts";
import { DISCORD_CODES, discordCodeOf } from "../api/discord-error.ts";
import { isSnowflake } from "../events/snowflake.ts";

/** Where the messages of a reply go, and how its first one turns to the person. */
export type ReplyPlace = Pick<PostedMessage, "channel" | "replyTo" | "mention">;

const NAME_CHARACTERS = 100;
const NAME_WORDS = 8;

/**
 * The place of a reply. In a channel, a direct conversation or a thread that people are in, it answers
 * the message that asked. In a thread that begins at that message there is nothing to answer, so that
 * the person is mentioned by name. So they are by an agent that speaks through a webhook, which answers
 * no message.
 */
export function toPlace(address: PrivateAddress): ReplyPlace {
  const { channel, thread, replyTo, person, persona } = address;
  const mention = person !== undefined && { mention: person };
  if (thread !== undefined && thread === replyTo) return { channel: thread, ...mention };
  return {
    channel: thread ?? channel,
    ...(isSnowflake(replyTo) && { replyTo }),
    ...(persona === true && mention),
  };
}

/** Where a person looks while the answer is thought about. */
export function toTypingChannel({ channel, thread, replyTo }: ReplyAddress): string {
  return thread !== undefined && thread !== replyTo ? thread : channel;
}

/** Begins the thread of an address, if it is one that begins at the message that asked. */
export async function openThread(api: DiscordApi, address: ReplyAddress): Promise<void> {
  if (address.thread === address.replyTo) await beginThread(api, address);
}

/** Runs a post; where its thread turns out not to exist, begins it and runs the post again. */
export async function postInThread<T>(
  api: DiscordApi,
  address: ReplyAddress,
  post: () => Promise<T>,
): Promise<T> {
  try {
    return await post();
  } catch (error) {
    const missing = discordCodeOf(error) === DISCORD_CODES.unknownChannel;
    if (!missing || address.thread === undefined) throw error;
    await beginThread(api, address);
    return post();
  }
}

async function beginThread(api: DiscordApi, address: ReplyAddress): Promise<void> {
  const { channel, thread } = address;
  if (thread === undefined) return;
  const name = await nameThread(api, address);
  try {
    await api.startThread(channel, thread, name);
  } catch (error) {
    if (discordCodeOf(error) !== DISCORD_CODES.threadExists) throw error;
  }
}

/** The question's first words, else the agent's name. */
async function nameThread(api: DiscordApi, address: ReplyAddress): Promise<string> {
  const { channel, thread = "", agent } = address;
  const asked = await api.message(channel, thread).catch(() => undefined);
  const text = asked ? fromDiscord(withoutMentions(asked.content), NO_NAMES) : "";
  const words = text
    .replace(/[\s*_~`|#>]+/g, " ")
    .trim()
    .split(" ");
  const name = words.slice(0, NAME_WORDS).join(" ") || agent.name;
  return Array.from(name).slice(0, NAME_CHARACTERS).join("") || agent.slug;
}

const NO_NAMES = { users: new Map(), roles: new Map(), channels: new Map() };

function withoutMentions(text: string): string {
  return text.replace(/<@[!&]?\d+>/g, " ");
}
