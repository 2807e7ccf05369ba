import { expect, it, onTestFinished } from "vitest";
import { type SlackDouble, startSlackDouble } from "../support/slack/slack-double.ts";
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
    const { double, place } = await openSlack();
    const { outcome, killedAt } = await mentionWithKills(place, await createStores());
    expect(outcome).toEqual(MENTIONS_SURVIVED);
    expect(Math.max(...killedAt.map((at) => openStreams(double, at)))).toBeGreaterThan(0);
    expect(openStreams(double, Date.now())).toBe(0);
  },
);

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
  const retryDelaysMs = [100, ...Array.from({ length: 300 }, () => 1000)];
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
