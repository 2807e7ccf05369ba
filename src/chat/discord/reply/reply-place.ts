import type { PrivateAddress, ReplyAddress } from "../../../rooms/platform/chat-platform.ts";
import type { PostedMessage } from "../api/discord-api.ts";
import { DISCORD_CODES, discordCodeOf } from "../api/discord-error.ts";
import { isSnowflake } from "../events/snowflake.ts";
import { isOwnThread, type OwnThreads } from "./own-threads.ts";

/** Where the messages of a reply go, and how its first one turns to the person. */
export type ReplyPlace = Pick<PostedMessage, "channel" | "replyTo" | "mention">;

/**
 * The place of a reply. In a channel, a direct conversation or a thread that people are in, it answers
 * the message that asked. In a thread that begins at that message there is nothing to answer, so that
 * the person is mentioned by name. So they are by an agent that speaks through a webhook, which answers
 * no message.
 */
export function toPlace(address: PrivateAddress): ReplyPlace {
  const { channel, thread, replyTo, person, persona } = address;
  const mention = person !== undefined && { mention: person };
  if (isOwnThread(address)) return { channel: replyTo, ...mention };
  return {
    channel: thread ?? channel,
    ...(isSnowflake(replyTo) && { replyTo }),
    ...(persona === true && mention),
  };
}

/**
 * Runs a post; where its thread turns out never to have been begun, begins it and runs the post again.
 * One that was deleted stays so.
 */
export async function postInThread<T>(
  threads: OwnThreads,
  address: ReplyAddress,
  post: () => Promise<T>,
): Promise<T> {
  try {
    return await post();
  } catch (error) {
    const missing = discordCodeOf(error) === DISCORD_CODES.unknownChannel;
    if (!missing || !threads.mayBeMissing(address)) throw error;
    await threads.open(address);
    return post();
  }
}
