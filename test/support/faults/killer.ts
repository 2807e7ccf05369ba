import { pause } from "../until.ts";
import type { AnsweringModel } from "./answering-model.ts";
import type { Random } from "./random.ts";
import type { Kill, Respawning } from "./respawning.ts";

const LONGEST_WAIT_FOR_A_CALL_MS = 3_000;

/**
 * Kills `times` times: at any moment whoever it hits, even while it starts, or a process in the
 * middle of a model call, or a few milliseconds after it, when the reply is being stored.
 */
export async function killAtRandom(
  scope: { random: Random; model: AnsweringModel; victims: readonly Respawning[] },
  { times, pauseMs }: { times: number; pauseMs: number },
): Promise<Kill[]> {
  const { random } = scope;
  const kills: Kill[] = [];
  while (kills.length < times) {
    await pause(random.between(0.2 * pauseMs, 1.8 * pauseMs));
    const victim = random.chance(0.4) ? random.pick(scope.victims) : await findCaller(scope);
    if (victim?.isRunning()) kills.push(await victim.kill());
  }
  return kills;
}

/** Who makes the next model call, some milliseconds into it or past it. */
async function findCaller({
  random,
  model,
  victims,
}: {
  random: Random;
  model: AnsweringModel;
  victims: readonly Respawning[];
}): Promise<Respawning | undefined> {
  const seen = model.calls.length;
  const deadline = performance.now() + LONGEST_WAIT_FOR_A_CALL_MS;
  while (model.calls.length === seen && performance.now() < deadline) await pause(1);
  const maker = model.calls[seen]?.maker;
  await pause(random.between(0, 90));
  return victims.find((victim) => victim.maker() === maker);
}
