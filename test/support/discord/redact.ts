import type { WireMessage } from "./wire.ts";
import { INTENTS } from "./intents.ts";
import { toApiMessage } from "./to-api.ts";
import type { StoredMessage, World } from "./world.ts";

/** A message as REST shows it: emptied where the application lacks the message content intent. */
export function redact(world: World, message: StoredMessage): WireMessage {
  const api = toApiMessage(world, message);
  const inGuild = world.channels.get(message.channelId)?.guildId !== undefined;
  const granted = (world.grantedIntents & INTENTS.MESSAGE_CONTENT) !== 0;
  return granted || !inGuild || isForBot(world, api) ? api : emptied(api);
}

/** What everybody reads of a guild message: its own, one that mentions it; nothing of the others. */
export function isForBot(world: World, message: Pick<WireMessage, "author" | "mentions">): boolean {
  const { id } = world.bot;
  return message.author.id === id || message.mentions.some((user) => user.id === id);
}

/** The content fields emptied, as without the message content intent. */
export function emptied<T extends object>(message: T): T {
  return { ...message, content: "", embeds: [], attachments: [], components: [] };
}
