import { startDiscordDouble } from "../test/support/discord/discord-double.ts";
import { startSlackDouble } from "../test/support/slack/slack-double.ts";

/** A platform on loopback with one person who speaks to the bot; times are milliseconds from their words. */
export type ChatPlace = {
  /** For `bench/echo-bot.ts`. */
  echoArgs: string[];
  /** For Troupe. */
  env: Record<string, string>;
  mention(): Spoken;
  /** What is said at a steady pace, by what it is called in the table. */
  paced: Record<string, () => Spoken>;
  violations(): unknown[];
  close(): Promise<unknown>;
};

export type Spoken = {
  /** How long the platform waited for its acknowledgement; undefined where it has none yet, null where there are none. */
  ackMs(): number | undefined | null;
  /** Something of the bot can be seen: that it thinks or types, a thread, a message. */
  hasSign(): boolean;
  hasReply(): boolean;
};

const WORDS =
  "river copper window harvest candle bridge pepper engine marble lantern orchard signal velvet anchor thunder ladder meadow compass ribbon glacier tunnel saddle feather canyon puzzle magnet walnut beacon".split(
    " ",
  );
/** Nobody asks nearly the same twice in a place, which would count as dissatisfied. */
const toQuestion = (count: number) =>
  [0, 1, 2, 3].map((step) => WORDS[(4 * count + step) % WORDS.length]).join(" ") + "?";
const CHANNELS = Array.from({ length: 200 }, (_, index) => `channel-${index}`);
/** Where people have been answered before, once the bots are warm. */
const USUAL = 70;

export async function openSlackPlace(): Promise<ChatPlace> {
  const double = await startSlackDouble();
  const workspace = double.addWorkspace({ people: ["ana"], channels: CHANNELS });
  let said = 0;

  function mention(among: number): Spoken {
    const text = toQuestion(Math.floor(said / among));
    const channel = CHANNELS[said++ % among] ?? "";
    const first = double.deliveries.length;
    const { ts } = double.say({ channel, user: "ana", text, mention: true });
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
  }

  return {
    echoArgs: ["slack", double.apiUrl, workspace.token, double.app.appToken],
    env: {
      SLACK_BOT_TOKEN: workspace.token,
      SLACK_APP_TOKEN: double.app.appToken,
      SLACK_API_URL: double.apiUrl,
    },
    mention: () => mention(USUAL),
    paced: { mentions: () => mention(CHANNELS.length) },
    violations: () => double.violations,
    close: () => double.close(),
  };
}

export async function openDiscordPlace(): Promise<ChatPlace> {
  const double = await startDiscordDouble();
  const user = double.addUser({ name: "ana" }).id;
  const guild = double.addGuild({ name: "Garden", channels: CHANNELS });
  double.addMember({ guild: guild.id, user });
  const channels = CHANNELS.map((name) => guild.channels[name] ?? "");
  const threads = channels.map((channel) => double.startThread({ channel, user, name: "Talk" }).id);
  let said = 0;
  const next = (places: string[]) => {
    const text = toQuestion(Math.floor(said / places.length));
    return { channel: places[said++ % places.length] ?? "", text };
  };
  const own = (channel: string, after: string) => {
    try {
      return double
        .visibleMessages({ channel })
        .filter(({ authorId, system, id }) => authorId === double.botId && !system && id > after)
        .map(({ content }) => content);
    } catch {
      // There is no thread yet.
      return undefined;
    }
  };

  function mention(): Spoken {
    const { channel, text } = next(channels.slice(0, USUAL));
    const { id } = double.say({ channel, user, text, mentions: [double.botId] });
    return {
      ackMs: () => null,
      hasSign: () => own(id, id) !== undefined || isTyping(channel),
      hasReply: () => own(id, id)?.some(isWhole) ?? false,
    };
  }

  function mentionInThread(): Spoken {
    const { channel, text } = next(threads);
    const { id } = double.say({ channel, user, text, mentions: [double.botId] });
    const seen = () => own(channel, id) ?? [];
    return {
      ackMs: () => null,
      hasSign: () => seen().length > 0 || isTyping(channel),
      hasReply: () => seen().some(isWhole),
    };
  }

  /** Commands are what Discord waits for an acknowledgement of, for three seconds. */
  function command(): Spoken {
    const asked = double.interact({
      type: "command",
      name: "help",
      channel: next(channels).channel,
      user,
    });
    const startedAt = performance.now();
    let ackMs: number | undefined;
    const isAnswered = () => double.interaction(asked).answeredWith !== undefined;
    return {
      ackMs: () => (ackMs ??= isAnswered() ? performance.now() - startedAt : undefined),
      hasSign: isAnswered,
      hasReply: () => isAnswered() && !double.interaction(asked).thinking,
    };
  }

  const isTyping = (channel: string) => double.typingIn({ channel }).includes(double.botId);
  return {
    echoArgs: ["discord", double.api, double.token],
    env: {
      DISCORD_BOT_TOKEN: double.token,
      DISCORD_API_URL: double.api,
      DISCORD_CDN_URL: double.cdn,
    },
    mention,
    paced: { "mentions in threads": mentionInThread, "/help": command },
    violations: () => double.violations,
    close: () => double.close(),
  };
}

/** The echo ends with "done", the model stub with its last word. */
function isWhole(text: string): boolean {
  return /(done|word)\W*$/.test(text) && text.length > 40;
}
