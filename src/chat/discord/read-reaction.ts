import type {
  Client,
  GatewayMessageReactionAddDispatchData,
  GatewayMessageReactionRemoveDispatchData,
} from "discord.js";
import type { Writer } from "../../rooms/ingress.ts";
import { toDiscordError } from "./discord-error.ts";
import { nameOf } from "./read-message.ts";

export type ReactionEvent =
  | GatewayMessageReactionAddDispatchData
  | GatewayMessageReactionRemoveDispatchData;

const SKIN_TONES = /\p{Emoji_Modifier}|\ufe0f/gu;

/** What a reaction says of an answer; undefined for any other emoji. */
export function verdictOf({ emoji }: ReactionEvent): "good" | "bad" | undefined {
  const name = (emoji.name ?? "").replace(SKIN_TONES, "");
  if (name === "👍") return "good";
  return name === "👎" ? "bad" : undefined;
}

/** Whether a person reacted to a message of the bot, as far as the event tells. */
export function isOnOwnAnswer(client: Client<true>, event: ReactionEvent): boolean {
  const own = client.user.id;
  const isBot = event.user_id === own || ("member" in event && event.member?.user?.bot === true);
  const author = "message_author_id" in event ? event.message_author_id : undefined;
  return !isBot && (author === undefined || author === own);
}

/** Who reacted; an event that takes a reaction back tells only the id. */
export async function reactorOf(client: Client<true>, event: ReactionEvent): Promise<Writer> {
  const { user_id: externalId, guild_id: guildId } = event;
  if ("member" in event && event.member?.user) {
    const { member } = event;
    return { externalId, name: nameOf(client, member.user, { guildId, member }) };
  }
  const guild = guildId === undefined ? undefined : client.guilds.cache.get(guildId);
  try {
    const member = await guild?.members.fetch(externalId).catch(() => undefined);
    const { displayName } = member ?? (await client.users.fetch(externalId));
    return { externalId, name: displayName };
  } catch (error) {
    throw toDiscordError(error, "nothing");
  }
}
