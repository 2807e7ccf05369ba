import { Client } from "pg";
import { expect, it, onTestFinished } from "vitest";
import { startDiscordDouble } from "../support/discord/discord-double.ts";
import { openStores } from "../support/faults/open-stores.ts";
import { startSlackDouble } from "../support/slack/slack-double.ts";
import { createFolder, startTroupe, TEST_TOKEN } from "../support/troupe-process.ts";
import { until } from "../support/until.ts";

const TIMEOUT_MS = 240_000;
const createStores = await openStores();

type Place = {
  /** Variables that lead a process to it. */
  env: Record<string, string>;
  /** The next message is posted, but whoever posts it never hears so. */
  hangNext(): void;
  posted(): string[];
};

async function openSlack(): Promise<Place> {
  const double = await startSlackDouble();
  onTestFinished(() => double.close());
  const workspace = double.addWorkspace();
  const { id } = double.addChannel(workspace, "operators");
  return {
    env: {
      SLACK_BOT_TOKEN: workspace.token,
      SLACK_APP_TOKEN: double.app.appToken,
      SLACK_API_URL: double.apiUrl,
      TROUPE_OPERATORS_ROOM: `slack:${workspace.teamId}.${id}`,
    },
    hangNext: () => void double.faults.add({ method: "chat.postMessage", fault: { kind: "hang" } }),
    posted: () => double.appMessages(id).map(({ text }) => text),
  };
}

async function openDiscord(): Promise<Place> {
  const double = await startDiscordDouble();
  onTestFinished(() => double.close());
  const guild = double.addGuild({ name: "Garden", channels: ["operators"] });
  const channel = guild.channels["operators"] ?? "";
  return {
    env: {
      DISCORD_BOT_TOKEN: double.token,
      DISCORD_API_URL: double.api,
      DISCORD_CDN_URL: double.cdn,
      TROUPE_OPERATORS_ROOM: `discord:${guild.id}.${channel}`,
    },
    hangNext: () =>
      double.faults.add({
        kind: "lostResponse",
        how: "hang",
        method: "POST",
        path: "/channels/:channel/messages",
      }),
    posted: () => double.visibleMessages({ channel }).map(({ content }) => content),
  };
}

it.skipIf(!createStores).each([
  ["Slack", openSlack],
  ["Discord", openDiscord],
])(
  "operators are told once in %s where the process was killed between posting and its record",
  { timeout: TIMEOUT_MS },
  async (_name, open) => {
    if (!createStores) throw new Error("no Postgres or Redis");
    const place = await open();
    const { database, redisUrl } = await createStores();
    const folder = createFolder();
    onTestFinished(() => folder.remove());
    const start = () => {
      const process = startTroupe({
        TROUPE_ADMIN_TOKEN: TEST_TOKEN,
        DATA_DIR: folder.path,
        DATABASE_URL: database.url,
        REDIS_URL: redisUrl,
        ...place.env,
      });
      onTestFinished(async () => void (await process.stop("SIGKILL")));
      return process;
    };
    const first = start();
    await first.ready;
    const client = new Client({ connectionString: database.url });
    await client.connect();
    onTestFinished(() => client.end());
    place.hangNext();
    await client.query(
      `insert into workspace (id, platform, external_id, name, status, status_reason, revoked_at, created_at)
       values (gen_random_uuid(), 'slack', 'T0GONE', 'Gone', 'revoked', 'It left.', now(), now())`,
    );
    await until(async () => place.posted().length > 0);
    await first.stop("SIGKILL");
    // As if the five minutes had passed in which the dead one could still have been at it.
    await client.query(`update notice set posting_until = now() - interval '1 second'`);
    await Promise.all([start().ready, start().ready]);
    await until(async () => {
      const { rows } = await client.query("select 1 from notice where told_at is not null");
      return rows.length > 0;
    });
    expect(place.posted()).toEqual([expect.stringContaining("Gone")]);
  },
);
