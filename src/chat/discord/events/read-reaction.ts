import {
  type APIMessage,
  type Client,
  type GatewayMessageReactionAddDispatchData,
  type GatewayMessageReactionRemoveDispatchData,
  Routes,
} from "discord.js";
import type { Writer } from "../../../rooms/platform/ingress.ts";
import { toDiscordError } from "../api/discord-error.ts";
import { nameOf } from "./read-message.ts";

export type ReactionEvent =
  | GatewayMessageReactionAddDispatchData
  | GatewayMessageReactionRemoveDispatchData;

const SKIN_TONES = /\p{Emoji_Modifier}|\ufe0f/gu;

/** What a reaction says of an answer; undefined for any other emoji. */
export function verdictOf({ emoji }: Pick<ReactionEvent, "emoji">): "good" | "bad" | undefined {
  const name = (emoji.name ?? "").replace(SKIN_TONES, "");
  if (name === "👍") return "good";
  return name === "👎" ? "bad" : undefined;
}

/** Whether a person reacted to a message of the bot or of a persona, as far as the event tells. */
export async function isOnOwnAnswer(
  client: Client<true>,
  event: ReactionEvent,
  isPersona: PersonaCheck,
): Promise<boolean> {
  const own = client.user.id;
  const isBot = event.user_id === own || ("member" in event && event.member?.user?.bot === true);
  const author = "message_author_id" in event ? event.message_author_id : undefined;
  if (isBot || author === undefined || author === own) return !isBot;
  return isPersona(client, event, author);
}

/** Whether an author is a webhook of the bot. */
type PersonaCheck = (
  client: Client<true>,
  at: { channel_id: string; message_id: string },
  author: string,
) => Promise<boolean>;

const MOST_AUTHORS = 20_000;

/** Asks Discord for one message of each author that is no person this process knows. */
export function createPersonaCheck(): PersonaCheck {
  const known = new Map<string, boolean>();
  return async (client, { channel_id: channel, message_id: message }, author) => {
    if (client.users.cache.get(author)?.bot === false) return false;
    const before = known.get(author);
    if (before !== undefined) return before;
    const route = Routes.channelMessage(channel, message);
    const found = (await client.rest.get(route).catch(() => undefined)) as APIMessage | undefined;
    if (!found) return false;
    if (known.size >= MOST_AUTHORS) known.clear();
    const isPersona = found.application_id === client.application.id;
    known.set(author, isPersona);
    return isPersona;
  };
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
