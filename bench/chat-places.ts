import { startDiscordDouble } from "../test/support/discord/discord-double.ts";
import { startSlackDouble } from "../test/support/slack/slack-double.ts";

/** A platform on loopback with one person who mentions the bot; times are milliseconds from the mention. */
export type ChatPlace = {
  /** For `bench/echo-bot.ts`. */
  echoArgs: string[];
  /** For Troupe. */
  env: Record<string, string>;
  mention(): Mention;
  violations(): unknown[];
  close(): Promise<unknown>;
};

export type Mention = {
  /** How long the platform waited for its acknowledgement; undefined where it has none yet, null where there are none. */
  ackMs(): number | undefined | null;
  /** Something of the bot can be seen: that it thinks or types, a thread, a message. */
  hasSign(): boolean;
  hasReply(): boolean;
};

const QUESTION = "what should we look at first tomorrow?";
const CHANNELS = Array.from({ length: 200 }, (_, index) => `channel-${index}`);

export async function openSlackPlace(): Promise<ChatPlace> {
  const double = await startSlackDouble();
  const workspace = double.addWorkspace({ people: ["ana"], channels: CHANNELS });
  let said = 0;
  return {
    echoArgs: ["slack", double.apiUrl, workspace.token, double.app.appToken],
    env: {
      SLACK_BOT_TOKEN: workspace.token,
      SLACK_APP_TOKEN: double.app.appToken,
      SLACK_API_URL: double.apiUrl,
    },
    mention() {
      const channel = CHANNELS[said++ % CHANNELS.length] ?? "";
      const first = double.deliveries.length;
      const { ts } = double.say({ channel, user: "ana", text: QUESTION, mention: true });
      const own = double.deliveries.slice(first);
      const replies = () => double.appMessages(channel, ts);
      return {
        ackMs() {
          const acked = own.map(({ attempts }) => attempts.find((receipt) => receipt.acked));
          if (acked.some((receipt) => !receipt)) return undefined;
          return Math.max(...acked.map((receipt) => (receipt?.acked ? receipt.latencyMs : 0)));
        },
        hasSign: () => double.status(channel, ts) !== undefined || replies().length > 0,
        hasReply: () => replies().some(({ text, streaming }) => isWhole(text) && !streaming),
      };
    },
    violations: () => double.violations,
    close: () => double.close(),
  };
}

export async function openDiscordPlace(): Promise<ChatPlace> {
  const double = await startDiscordDouble();
  const user = double.addUser({ name: "ana" }).id;
  const guild = double.addGuild({ name: "Garden", channels: CHANNELS });
  double.addMember({ guild: guild.id, user });
  let said = 0;
  const contents = (channel: string) => {
    try {
      return double
        .visibleMessages({ channel })
        .filter(({ authorId, system }) => authorId === double.botId && !system)
        .map(({ content }) => content);
    } catch {
      // There is no thread yet.
      return undefined;
    }
  };
  return {
    echoArgs: ["discord", double.api, double.token],
    env: {
      DISCORD_BOT_TOKEN: double.token,
      DISCORD_API_URL: double.api,
      DISCORD_CDN_URL: double.cdn,
    },
    mention() {
      const channel = guild.channels[CHANNELS[said++ % CHANNELS.length] ?? ""] ?? "";
      const { id } = double.say({ channel, user, text: QUESTION, mentions: [double.botId] });
      return {
        ackMs: () => null,
        hasSign: () =>
          contents(id) !== undefined || double.typingIn({ channel }).includes(double.botId),
        hasReply: () => contents(id)?.some(isWhole) ?? false,
      };
    },
    violations: () => double.violations,
    close: () => double.close(),
  };
}

/** The echo ends with "done", the model stub with its last word. */
function isWhole(text: string): boolean {
  return /(done|word)\W*$/.test(text) && text.length > 40;
}
