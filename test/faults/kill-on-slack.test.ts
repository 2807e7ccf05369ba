import { expect, it, onTestFinished } from "vitest";
import { startSlackDouble } from "../support/slack/slack-double.ts";
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
  "200 mentions get one reply each on Slack while two processes are killed at random, every fifth event redelivered",
  { timeout: MENTIONS_TIMEOUT_MS },
  async () => {
    if (!createStores) throw new Error("no Postgres or Redis");
    const survived = await mentionWithKills(await openSlack(), await createStores());
    expect(survived).toEqual(MENTIONS_SURVIVED);
  },
);

async function openSlack(): Promise<MentionPlace> {
  // Slack tries for more than five minutes; here one attempt a second, while a process starts again.
  const retryDelaysMs = [100, ...Array.from({ length: 300 }, () => 1000)];
  const double = await startSlackDouble({ redeliverEvery: 5, retryDelaysMs });
  onTestFinished(() => double.close());
  const workspace = double.addWorkspace({ people: PEOPLE, channels: CHANNELS });
  return {
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
    violations: () => double.violations,
  };
}
