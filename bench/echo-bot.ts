import bolt from "@slack/bolt";
import { Client, GatewayIntentBits, type Message } from "discord.js";

// The least that a bot on each platform does: it hears a mention and repeats it in a thread.
// node bench/echo-bot.ts slack <apiUrl> <botToken> <appToken> | discord <apiUrl> <token>
const [platform, apiUrl = "", token = "", appToken = ""] = process.argv.slice(2);

if (platform === "slack") {
  const app = new bolt.App({
    token,
    appToken,
    socketMode: true,
    clientOptions: { slackApiUrl: apiUrl },
    logLevel: bolt.LogLevel.ERROR,
  });
  app.event("app_mention", async ({ event, client }) => {
    await client.chat.postMessage({
      channel: event.channel,
      thread_ts: event.ts,
      text: `${event.text} done`,
    });
  });
  await app.start();
} else {
  const { Guilds, GuildMessages, MessageContent } = GatewayIntentBits;
  const client = new Client({
    intents: [Guilds, GuildMessages, MessageContent],
    rest: { api: apiUrl },
  });
  const echo = async (message: Message) => {
    if (message.author.bot || !client.user || !message.mentions.has(client.user)) return;
    const thread = await message.startThread({ name: "Echo" });
    await thread.send(`${message.content} done`);
  };
  client.on("messageCreate", (message) => void echo(message));
  const ready = new Promise((resolve) => client.once("clientReady", resolve));
  await client.login(token);
  await ready;
}
process.send?.("ready");
process.on("disconnect", () => process.exit(0));
