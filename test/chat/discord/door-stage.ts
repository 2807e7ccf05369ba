import { onTestFinished } from "vitest";
import { silentLog } from "../../../src/base/log.ts";
import { startDiscordDoor } from "../../../src/chat/discord/discord-door.ts";
import type { CommandDesk } from "../../../src/chat/commands/command-desk.ts";
import type { Ingress } from "../../../src/rooms/platform/ingress.ts";
import { createMemoryDesk } from "../../fakes/memory-desk.ts";
import { createMemoryRegister } from "../../fakes/memory-register.ts";
import {
  type DiscordDoubleOptions,
  startDiscordDouble,
} from "../../support/discord/discord-double.ts";

/** A double with one server, one channel and one person; closed with the test. */
export async function openDoorStage(options: DiscordDoubleOptions = {}) {
  const double = await startDiscordDouble(options);
  onTestFinished(() => double.close());
  const ana = double.addUser({ name: "ana", globalName: "Ana 🌸" }).id;
  const guild = double.addGuild({ name: "Garden", channels: ["general"] });
  double.addMember({ guild: guild.id, user: ana });
  const general = guild.channels["general"] ?? "";
  const register = createMemoryRegister();
  const discord = { botToken: double.token, apiUrl: double.api, cdnUrl: double.cdn };

  /** The door, open; closed with the test unless before. */
  async function open(
    ingress: Ingress,
    silenceMs?: number,
    desk: CommandDesk = createMemoryDesk(),
  ) {
    const door = await startDiscordDoor({
      discord,
      ingress,
      desk,
      register,
      log: silentLog,
      ...(silenceMs !== undefined && { silenceMs }),
    });
    onTestFinished(() => door.close());
    return door;
  }

  const mention = (
    text: string,
    more: { channel?: string; user?: string; replyTo?: string } = {},
  ) => double.say({ channel: general, user: ana, mentions: [double.botId], text, ...more }).id;

  /** The bot says something in the channel; the answer is the message's id. */
  async function botSays(content: string): Promise<string> {
    const response = await fetch(`${double.api}/v10/channels/${general}/messages`, {
      method: "POST",
      headers: { Authorization: `Bot ${double.token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ content }),
    });
    return ((await response.json()) as { id: string }).id;
  }

  return { double, guild, general, ana, discord, open, mention, botSays, register };
}
