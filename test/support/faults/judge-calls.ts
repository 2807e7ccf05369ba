import type { ModelCall } from "./answering-model.ts";
import type { Outcome } from "./outcome.ts";

/** Model calls beyond one per round of a turn: each was paid for again. */
export function countExtraCalls(calls: readonly ModelCall[]): number {
  return calls.length - groupByRound(calls).size;
}

/**
 * What was paid for twice without need: a call may be made again only where the process that made it
 * was killed since, by another process, and before the turn went on to its next round.
 */
export function judgeCalls({ calls, kills }: Pick<Outcome, "calls" | "kills">): string[] {
  const killedAt = new Map(kills.map(({ maker, atMs }) => [maker, atMs]));
  return [...groupByRound(calls)].flatMap(([name, same]) =>
    same.slice(0, -1).flatMap((call, index) => {
      const next = same[index + 1] as ModelCall;
      const wentOn = calls.some(
        ({ asked, round, atMs }) =>
          asked === call.asked && round > call.round && atMs > call.atMs && atMs < next.atMs,
      );
      const wasKilled = (killedAt.get(call.maker) ?? Infinity) <= next.atMs;
      if (wasKilled && call.maker !== next.maker && !wentOn) return [];
      const why = wentOn ? "had gone on to its next round" : "was not killed in between";
      const when = `${Math.round(call.atMs)} and ${Math.round(next.atMs)} ms`;
      return [
        `${name} was called at ${when} by ${call.maker} and ${next.maker}: ${call.maker} ${why}`,
      ];
    }),
  );
}

function groupByRound(calls: readonly ModelCall[]): Map<string, ModelCall[]> {
  const groups = new Map<string, ModelCall[]>();
  for (const call of calls) {
    const name = `round ${call.round} of ${call.asked}`;
    groups.set(name, [...(groups.get(name) ?? []), call]);
  }
  return groups;
}
