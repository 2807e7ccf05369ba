import bolt from "@slack/bolt";
import { Client, GatewayIntentBits, type Message } from "discord.js";
import { Pool } from "pg";

// The least that a bot on each platform does: it hears a mention and repeats it in a thread. With a
// database it stores each event first, as a bot must that loses none: the bound for a durable one.
// node bench/echo-bot.ts slack <apiUrl> <botToken> <appToken> | discord <apiUrl> <token>
const [platform, apiUrl = "", token = "", appToken = ""] = process.argv.slice(2);
const store = await openStore(process.env["ECHO_DATABASE_URL"]);

if (platform === "slack") await echoOnSlack();
else await echoOnDiscord();
process.send?.("ready");
process.on("disconnect", () => process.exit(0));

async function echoOnSlack(): Promise<void> {
  const logLevel = bolt.LogLevel.ERROR;
  const clientOptions = { slackApiUrl: apiUrl };
  const receiver = new bolt.SocketModeReceiver({
    appToken,
    logLevel,
    installerOptions: { clientOptions },
  });
  const app = new bolt.App({ token, receiver, clientOptions, logLevel });
  const process = app.processEvent.bind(app);
  // Bolt acknowledges events by itself before its listeners run.
  app.processEvent = async (event) => {
    await store?.(event.body);
    return process(event);
  };
  app.event("app_mention", async ({ event, client }) => {
    await client.chat.postMessage({
      channel: event.channel,
      thread_ts: event.ts,
      text: `${event.text} done`,
    });
  });
  await app.start();
}

async function echoOnDiscord(): Promise<void> {
  const { Guilds, GuildMessages, MessageContent } = GatewayIntentBits;
  const client = new Client({
    intents: [Guilds, GuildMessages, MessageContent],
    rest: { api: apiUrl },
  });
  const echo = async (message: Message) => {
    if (message.author.bot || !client.user || !message.mentions.has(client.user)) return;
    await store?.({ id: message.id, content: message.content });
    const thread = await message.startThread({ name: "Echo" });
    await thread.send(`${message.content} done`);
  };
  client.on("messageCreate", (message) => void echo(message));
  const ready = new Promise((resolve) => client.once("clientReady", resolve));
  await client.login(token);
  await ready;
}

/** One insert for each event; undefined without a database. */
async function openStore(url: string | undefined) {
  if (url === undefined) return undefined;
  const pool = new Pool({ connectionString: url, max: 8 });
  await pool.query("create table if not exists echo_event (id bigserial primary key, event jsonb)");
  const text = "insert into echo_event (event) values ($1)";
  return async (event: unknown) => {
    await pool.query({ name: "echo", text, values: [JSON.stringify(event)] });
  };
}
