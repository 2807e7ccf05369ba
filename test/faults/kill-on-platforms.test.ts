import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { startDiscordDouble } from "../support/discord/discord-double.ts";
import { type MentionPlace, mentionWithKills } from "../support/faults/mention-with-kills.ts";
import { startRedis } from "../support/own-server.ts";
import { requirePostgres } from "../support/services.ts";
import { type SlackDouble, startSlackDouble } from "../support/slack/slack-double.ts";

const TIMEOUT_MS = 240_000;
const SURVIVED = { faults: [], mentions: 200, kills: 10, violations: [] };
const CHANNELS = Array.from({ length: 20 }, (_, index) => `channel-${index}`);
const PEOPLE = ["ana", "ben", "نور 🌸"];

const postgres = await requirePostgres();
// The keys of a running Troupe carry no test's prefix, so this Redis is the file's own.
const redis = await startRedis();
afterAll(() => redis?.stop());
if (!redis && process.env["CI"]) throw new Error("Redis cannot be started");

describe.skipIf(!postgres || !redis)(
  "200 mentions while two processes are killed at random",
  () => {
    it(
      "get one reply each on Slack, every fifth event redelivered",
      { timeout: TIMEOUT_MS },
      async () => {
        const { double, place } = await openSlack();
        const { outcome, killedAt } = await mentionWithKills(place, await openStores());
        expect(outcome).toEqual(SURVIVED);
        expect(Math.max(...killedAt.map((at) => openStreams(double, at)))).toBeGreaterThan(0);
        expect(openStreams(double, Date.now())).toBe(0);
      },
    );

    it(
      "get one reply each on Discord, both processes hearing each",
      { timeout: TIMEOUT_MS },
      async () => {
        const { outcome } = await mentionWithKills(await openDiscord(), await openStores());
        expect(outcome).toEqual(SURVIVED);
      },
    );
  },
);

async function openStores() {
  const database = await postgres?.createDatabase();
  if (!database || !redis) throw new Error("no Postgres or Redis");
  onTestFinished(() => database.drop());
  return { database, redisUrl: `redis://127.0.0.1:${redis.port}` };
}

/** How many answers were being streamed at a moment. */
function openStreams({ callsOf }: SlackDouble, at: number): number {
  const stops = callsOf("chat.stopStream").filter(({ answer }) => answer?.["ok"] === true);
  const endOf = (ts: unknown) => stops.find(({ args }) => args["ts"] === ts)?.at ?? Infinity;
  return callsOf("chat.startStream").filter(
    (start) => start.answer?.["ok"] === true && start.at < at && endOf(start.answer["ts"]) >= at,
  ).length;
}

async function openSlack(): Promise<{ double: SlackDouble; place: MentionPlace }> {
  // Slack tries for more than five minutes; here one attempt a second, while a process starts again.
  const retryDelaysMs = [100, ...Array.from({ length: 90 }, () => 1000)];
  const double = await startSlackDouble({ redeliverEvery: 5, retryDelaysMs });
  onTestFinished(() => double.close());
  const workspace = double.addWorkspace({ people: PEOPLE, channels: CHANNELS });
  const place: MentionPlace = {
    env: {
      SLACK_BOT_TOKEN: workspace.token,
      SLACK_APP_TOKEN: double.app.appToken,
      SLACK_API_URL: double.apiUrl,
    },
    mention(n, text) {
      const [channel = "", user = ""] = [CHANNELS[n], PEOPLE[n % PEOPLE.length]];
      return `${channel}:${double.say({ channel, user, text, mention: true }).ts}`;
    },
    replies(mention) {
      const [channel = "", ts = ""] = mention.split(":");
      return double.appMessages(channel, ts).map(({ text }) => text);
    },
    isGrowing: () => openStreams(double, Date.now()) > 0,
    violations: () => double.violations,
  };
  return { double, place };
}

async function openDiscord(): Promise<MentionPlace> {
  const double = await startDiscordDouble();
  onTestFinished(() => double.close());
  const people = PEOPLE.map((name) => double.addUser({ name, globalName: name }).id);
  const guild = double.addGuild({ name: "Garden", channels: CHANNELS });
  for (const user of people) double.addMember({ guild: guild.id, user });
  const channelOf = (n: number) => guild.channels[CHANNELS[n] ?? ""] ?? "";
  const said = (channel: string) => {
    try {
      const visible = double.visibleMessages({ channel });
      return visible.filter(({ authorId, system }) => authorId === double.botId && !system);
    } catch {
      // The thread does not exist yet.
      return [];
    }
  };
  return {
    env: {
      DISCORD_BOT_TOKEN: double.token,
      DISCORD_API_URL: double.api,
      DISCORD_CDN_URL: double.cdn,
    },
    mention(n, text) {
      const [channel, user = ""] = [channelOf(n), people[n % people.length]];
      return `${channel}:${double.say({ channel, user, text, mentions: [double.botId] }).id}`;
    },
    replies(mention) {
      const [channel = "", id = ""] = mention.split(":");
      const inChannel = said(channel).filter(({ replyTo }) => replyTo === id);
      return [...inChannel, ...said(id)].map(({ content }) => content);
    },
    violations: () => double.violations,
  };
}
