import { onTestFailed, onTestFinished } from "vitest";
import type { TestDatabase } from "../services.ts";
import { pause } from "../until.ts";
import { createAnsweringModel } from "./answering-model.ts";
import { startChatProcesses } from "./chat-processes.ts";
import { killAtRandom } from "./killer.ts";
import { chooseSeed, createRandom, type Random } from "./random.ts";

/** A platform's double with people in it, as this test needs it. */
export type MentionPlace = {
  /** Variables that lead a process to it. */
  env: Record<string, string>;
  /** Somebody mentions the agent with this text in the n-th channel; answers what `replies` takes. */
  mention(channel: number, text: string): string;
  /** What the product has said to one mention, as people see it now. */
  replies(mention: string): string[];
  /** Whether an answer is being written in view; then answers take a second or two. */
  isGrowing?: () => boolean;
  /** Requests that the real platform would have refused. */
  violations(): unknown[];
};

const MENTIONS = 200;
const CHANNELS = 20;
const KILLS = 10;
// After the last reply: time enough for a second one to show.
const QUIET_MS = 3_000;
const ANSWERED_WITHIN_MS = 400_000;

type Survival = {
  outcome: { faults: string[]; mentions: number; kills: number; violations: unknown[] };
  /** Milliseconds since the epoch. */
  killedAt: number[];
};

/** 200 mentions while processes are killed; answers what was lost, doubled or misplaced, and when. */
export async function mentionWithKills(
  place: MentionPlace,
  where: { database: TestDatabase; redisUrl: string },
): Promise<Survival> {
  const seed = chooseSeed();
  const random = createRandom(seed);
  const model = await createAnsweringModel(random, {
    writesAtLength: place.isGrowing !== undefined,
  });
  onTestFinished(() => model.close());
  const victims = await startChatProcesses(model, { ...where, platform: place.env });
  onTestFailed(() => {
    const logs = victims.flatMap((victim) => [...victim.logs()]);
    const text = logs.map(([maker, log]) => `── ${maker}\n${log.slice(-1_500)}`).join("\n");
    process.stderr.write(`FAULT_SEED=${seed} repeats the choices of this run.\n${text}\n`);
  });
  const [mentions, kills] = await Promise.all([
    mentionAll(place, random),
    killAtRandom(
      { random, model, victims },
      { times: KILLS, pauseMs: 1_500, isGrowing: place.isGrowing },
    ),
  ]);
  await untilAnswered(place, mentions);
  const faults = [...mentions].flatMap(([id, marker]) => judge(marker, place.replies(id)));
  const ended = victims.flatMap((victim) => victim.endedThemselves());
  return {
    outcome: {
      faults: [...faults, ...ended.map((maker) => `${maker} ended though nobody killed it`)],
      mentions: mentions.size,
      kills: kills.length,
      violations: place.violations(),
    },
    killedAt: kills.map(({ atMs }) => performance.timeOrigin + atMs),
  };
}

async function mentionAll(place: MentionPlace, random: Random): Promise<Map<string, string>> {
  const mentions = new Map<string, string>();
  for (let n = 1; n <= MENTIONS; n++) {
    const marker = `m-${n % CHANNELS}-${n}`;
    mentions.set(place.mention(n % CHANNELS, `What about ${marker}?`), marker);
    await pause(random.between(0, 200));
  }
  return mentions;
}

/** Until every mention has its answer or the time is up; then a quiet while. */
async function untilAnswered(place: MentionPlace, mentions: Map<string, string>): Promise<void> {
  const deadline = performance.now() + ANSWERED_WITHIN_MS;
  const isAnswered = ([id, marker]: [string, string]) =>
    judge(marker, place.replies(id)).length === 0;
  while (performance.now() < deadline && ![...mentions].every(isAnswered)) await pause(100);
  await pause(QUIET_MS);
}

function judge(marker: string, replies: string[]): string[] {
  if (replies.length === 1 && replies[0]?.endsWith(`${marker}.`)) return [];
  if (replies.length === 0) return [`${marker} got no reply`];
  return [`${marker} got ${replies.length}: ${JSON.stringify(replies)}`];
}
