import { setTimeout as sleep } from "node:timers/promises";
import { Client, Events, GatewayIntentBits, Options, Status } from "discord.js";
import type { Config } from "../../../base/config.ts";
import { AppError, toErrorMessage } from "../../../base/errors.ts";
import type { Log } from "../../../base/log.ts";
import { isTooLong } from "../api/rate-limit.ts";
import { isTokenError, toCloseError, toLoginError } from "./login-error.ts";

type GatewayOptions = {
  discord: NonNullable<Config["discord"]>;
  log: Log;
  /** A connection without a sign of life for so long is given up: over two heartbeats of Discord. */
  silenceMs?: number | undefined;
  /** Called with each new client, before it connects. */
  wire: (client: Client) => void;
  /** Discord does not accept the token; the connection is given up after it. */
  onTokenDead: () => Promise<void>;
};

const INTENTS = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.GuildMessageReactions,
  GatewayIntentBits.DirectMessages,
  GatewayIntentBits.DirectMessageReactions,
  GatewayIntentBits.MessageContent,
];
const SILENCE_MS = 100_000;
const LOGIN_TIMEOUT_MS = 60_000;
const FIRST_ATTEMPTS = 3;
const LONGEST_DELAY_MS = 60_000;
// Back-filling shares the bot's 50 requests a second with those who answer.
const REQUESTS_PER_SECOND = 25;

/**
 * A connection to Discord's gateway that is kept up. discord.js resumes and reconnects; where it falls
 * silent all the same, or never comes back, it is replaced. Rejects with an `AppError` where the first
 * login fails; a token revoked later is logged, and ends it.
 */
export async function openGateway(options: GatewayOptions) {
  const { discord, log, silenceMs = SILENCE_MS, wire, onTokenDead } = options;
  const closing = new AbortController();
  const heard = new Map<number, number>();
  let connectedAt = 0;
  let replacing: Promise<void> | undefined;

  async function connect(): Promise<Client> {
    const client = createClient(discord);
    heard.clear();
    connectedAt = Date.now();
    client.on(Events.Raw, (_packet, shard: number) => heard.set(shard, Date.now()));
    client.on(Events.Error, ({ message }) => log.warn({ error: message }, "discord: error"));
    client.on(Events.ShardError, ({ message }) => log.warn({ error: message }, "discord: socket"));
    const refused = Promise.withResolvers<never>();
    client.once(Events.ShardDisconnect, ({ code }) => refused.reject(toCloseError(code)));
    guardPackets(client, log);
    wire(client);
    const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
    try {
      const login = client.login(discord.botToken).then(() => ready);
      await Promise.race([login, refused.promise, timeOut(LOGIN_TIMEOUT_MS, closing.signal)]);
      refused.promise.catch(giveUp);
      return client;
    } catch (error) {
      await end(client);
      throw toLoginError(error);
    }
  }

  async function connectInsisting(mostAttempts: number): Promise<Client> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await connect();
      } catch (error) {
        const isFinal = !(error instanceof AppError) || error.code !== "UNAVAILABLE";
        if (isTokenError(error)) await onTokenDead();
        if (isFinal || attempt >= mostAttempts || closing.signal.aborted) throw error;
        log.warn({ attempt, error: error.message }, "discord: could not connect, trying again");
        const delayMs = Math.min(500 * 2 ** attempt, LONGEST_DELAY_MS);
        await sleep(delayMs, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  }

  function replace(reason: string): void {
    if (closing.signal.aborted) return;
    replacing ??= (async () => {
      log.warn({ reason }, "discord: connecting anew");
      await end(client);
      client = await connectInsisting(Infinity);
    })()
      .catch(giveUp)
      .finally(() => (replacing = undefined));
  }

  function giveUp(error: unknown): void {
    if (!closing.signal.aborted) {
      log.error({ reason: toLoginError(error).message }, "discord: disconnected for good");
      if (isTokenError(error)) void onTokenDead();
    }
    closing.abort();
  }

  let client = await connectInsisting(FIRST_ATTEMPTS);
  const watch = setInterval(() => {
    const silent = client.ws.shards.some((shard) => {
      // A connection that never resumed answers heartbeats and hears nothing else.
      const beatAt = shard.status === Status.Ready ? shard.lastPingTimestamp : 0;
      const aliveAt = Math.max(heard.get(shard.id) ?? connectedAt, beatAt);
      return Date.now() - aliveAt > silenceMs;
    });
    if (silent) replace("it fell silent");
  }, silenceMs / 4).unref();

  return {
    async close() {
      closing.abort();
      clearInterval(watch);
      await replacing;
      await end(client);
    },
  };
}

function createClient({ apiUrl, cdnUrl }: NonNullable<Config["discord"]>): Client {
  return new Client({
    intents: INTENTS,
    // As many as Discord recommends: a bot on many servers is not let in with one.
    shards: "auto",
    // Messages are read as they come and kept in the database.
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 0,
      ReactionManager: 0,
      GuildMemberManager: {
        maxSize: 200,
        keepOverLimit: ({ id, client }) => id === client.user.id,
      },
    }),
    rest: {
      globalRequestsPerSecond: REQUESTS_PER_SECOND,
      rejectOnRateLimit: isTooLong,
      ...(apiUrl !== undefined && { api: apiUrl }),
      ...(cdnUrl !== undefined && { cdn: cdnUrl }),
    },
  });
}

/** discord.js lets a packet that it cannot read end the process; here it costs that packet alone. */
function guardPackets({ ws }: Client, log: Log): void {
  const handle = ws["handlePacket"].bind(ws);
  ws["handlePacket"] = (...packet) => {
    try {
      return handle(...packet);
    } catch (error) {
      log.warn({ error: toErrorMessage(error) }, "discord: a packet could not be read");
      return false;
    }
  };
}

async function end(client: Client): Promise<void> {
  client.removeAllListeners();
  client.on(Events.Error, () => undefined);
  await Promise.race([
    client.destroy().catch(() => undefined),
    sleep(5000, undefined, { ref: false }),
  ]);
}

async function timeOut(ms: number, signal: AbortSignal): Promise<never> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
  throw new AppError("UNAVAILABLE", "Discord's gateway did not answer in time.");
}
