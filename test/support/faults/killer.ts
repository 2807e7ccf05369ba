import { pause, until } from "../until.ts";
import type { AnsweringModel } from "./answering-model.ts";
import type { Random } from "./random.ts";
import type { Kill, Respawning } from "./respawning.ts";

const LONGEST_WAIT_FOR_A_CALL_MS = 3_000;

/**
 * Kills `times` times: at any moment whoever it hits, even while it starts, or a process in the
 * middle of a model call, the first or one after a tool, or just after it, when the reply is stored.
 * The first kill is sure to break a call off, and the second comes while an answer grows in view.
 */
export async function killAtRandom(
  scope: { random: Random; model: AnsweringModel; victims: readonly Respawning[] },
  {
    times,
    pauseMs,
    isGrowing,
  }: {
    times: number;
    pauseMs: number;
    /** Whether people see an answer grow: most kills wait for it, where it is given. */
    isGrowing?: (() => boolean) | undefined;
  },
): Promise<Kill[]> {
  const { random } = scope;
  const kills = [await killInCall(scope)];
  if (isGrowing) kills.push(await killInView(scope.victims, isGrowing));
  while (kills.length < times) {
    await pause(random.between(0.2 * pauseMs, 1.8 * pauseMs));
    const victim = random.chance(0.3)
      ? random.pick(scope.victims)
      : await findCaller(scope, isGrowing ?? (() => true));
    if (victim?.isRunning()) kills.push(await victim.kill());
  }
  return kills;
}

async function killInCall({
  model,
  victims,
}: {
  model: AnsweringModel;
  victims: readonly Respawning[];
}): Promise<Kill> {
  const { call, release } = model.holdNext();
  const { maker } = await call;
  const victim = victims.find((each) => each.maker() === maker);
  if (!victim) throw new Error(`${maker} called the model and cannot be killed`);
  const kill = await victim.kill();
  release();
  return kill;
}

async function killInView(victims: readonly Respawning[], isGrowing: () => boolean): Promise<Kill> {
  const findRunning = () => victims.find((victim) => victim.isRunning());
  await until(() => isGrowing() && findRunning() !== undefined);
  const victim = findRunning();
  if (!victim) throw new Error("nobody runs");
  return victim.kill();
}

/** Who makes one of the next model calls, often one after a tool, some milliseconds into it or past it. */
async function findCaller(
  {
    random,
    model,
    victims,
  }: { random: Random; model: AnsweringModel; victims: readonly Respawning[] },
  isGrowing: () => boolean,
): Promise<Respawning | undefined> {
  // Not the very next one: that is often a turn just resumed, and one that always breaks off is given up.
  let seen = model.calls.length + Math.floor(random.between(0, 8));
  const leastRound = random.chance(0.6) ? 2 : 1;
  const deadline = performance.now() + LONGEST_WAIT_FOR_A_CALL_MS;
  while (performance.now() < deadline && (model.calls[seen]?.round ?? 0) < leastRound) {
    if (seen < model.calls.length) seen += 1;
    else await pause(1);
  }
  const maker = model.calls[seen]?.maker;
  while (performance.now() < deadline && !isGrowing()) await pause(5);
  await pause(random.between(0, 70));
  return victims.find((victim) => victim.maker() === maker);
}
