import type { ClientOptions, Message, TextChannel } from "discord.js";
import { Client, Events, GatewayIntentBits, Partials } from "discord.js";
import { onTestFinished } from "vitest";
import type { DiscordDouble, DiscordDoubleOptions } from "../support/discord/discord-double.ts";
import { startDiscordDouble } from "../support/discord/discord-double.ts";

const INTENTS = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.GuildMessageReactions,
  GatewayIntentBits.DirectMessages,
  GatewayIntentBits.DirectMessageReactions,
  GatewayIntentBits.MessageContent,
];

/** A double with one guild, one text channel and one person; closed with the test. */
export async function openGarden(options: DiscordDoubleOptions = {}) {
  const double = await startDiscordDouble(options);
  onTestFinished(() => double.close());
  const ana = double.addUser({ name: "ana", globalName: "Ana 🌸" }).id;
  const guild = double.addGuild({ name: "Garden", channels: ["general"] });
  double.addMember({ guild: guild.id, user: ana });
  const general = guild.channels["general"] ?? "";
  return { double, guild, general, ana };
}

/** Options that point the real client at the double, and let it identify at once. */
export function clientOptions(
  double: Pick<DiscordDouble, "api" | "cdn">,
  extra: Partial<ClientOptions> = {},
): ClientOptions {
  return {
    intents: INTENTS,
    partials: [Partials.Channel],
    ...extra,
    rest: { api: double.api, cdn: double.cdn, ...extra.rest },
    ws: {
      buildIdentifyThrottler: () => Promise.resolve({ waitForIdentify: () => Promise.resolve() }),
    },
  };
}

/** The real discord.js, logged in and ready; `heard` collects what it was told. */
export async function connect(
  double: Pick<DiscordDouble, "api" | "cdn" | "token">,
  extra: Partial<ClientOptions> = {},
) {
  const client = new Client(clientOptions(double, extra));
  onTestFinished(() => client.destroy());
  const heard: Message[] = [];
  client.on(Events.MessageCreate, (message) => heard.push(message));
  // The event can come before login() resolves, so the listener goes first.
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(double.token);
  await ready;
  const texts = () => heard.map(({ content }) => content);
  const textChannel = (id: string) => client.channels.cache.get(id) as TextChannel;
  return { client, heard, texts, textChannel };
}

/** The error code of Discord that a call was refused with. */
export async function codeOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
    return "no error";
  } catch (error) {
    return (error as { code?: unknown }).code ?? String(error);
  }
}
