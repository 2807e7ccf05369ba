import type { Client, Interaction } from "discord.js";
import { placeOf } from "./door-events.ts";
import { roomOf } from "./room-of.ts";

/** The room in which somebody gave a command or pressed a button. */
export async function roomKeyOf(
  client: Client<true>,
  interaction: Pick<Interaction, "channelId" | "guildId">,
): Promise<string> {
  const { channelId, guildId } = interaction;
  const at = { channel_id: channelId ?? "", ...(guildId !== null && { guild_id: guildId }) };
  return roomOf(await placeOf(client, at));
}
