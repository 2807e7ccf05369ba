import { expect, it, onTestFinished } from "vitest";
import { startDiscordDouble } from "../support/discord/discord-double.ts";
import {
  CHANNELS,
  MENTIONS_SURVIVED,
  MENTIONS_TIMEOUT_MS,
  PEOPLE,
} from "../support/faults/mention-plan.ts";
import { type MentionPlace, mentionWithKills } from "../support/faults/mention-with-kills.ts";
import { openStores } from "../support/faults/open-stores.ts";

const createStores = await openStores();

it.skipIf(!createStores)(
  "200 mentions get one reply each on Discord while two processes are killed at random, both hearing each",
  { timeout: MENTIONS_TIMEOUT_MS },
  async () => {
    if (!createStores) throw new Error("no Postgres or Redis");
    const { outcome } = await mentionWithKills(await openDiscord(), await createStores());
    expect(outcome).toEqual(MENTIONS_SURVIVED);
  },
);

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
