import type { Json } from "./world.ts";

/** What goes wrong with a call; in the order of what Slack has done by then. */
export type Fault =
  /** Text stands in the header as it is; empty for none. */
  | { kind: "rate-limit"; retryAfterSeconds: number | string }
  | { kind: "http"; status: number }
  | { kind: "error"; error: string; extra?: Json }
  /** The connection breaks before Slack has done anything. */
  | { kind: "lose-request" }
  /** Slack does it, but the connection breaks before the answer. */
  | { kind: "lose-response" }
  /** Slack does it and never answers; the connection stays open. */
  | { kind: "hang" }
  /** Slack does it and answers late. */
  | { kind: "delay"; ms: number };

export type FaultPlan = {
  /** `*` for every method. */
  method: string;
  fault: Fault;
  /** Calls that go wrong; 1 where not given. */
  times?: number;
  /** Calls that go well first. */
  after?: number;
  /** Only calls of this workspace. */
  teamId?: string;
};

/** Scripted faults: the first plan that matches a call is used up by one. */
export function createFaults() {
  const plans: { plan: FaultPlan; skip: number; left: number }[] = [];
  return {
    /** Answers how many of its calls have not gone wrong yet. */
    add(plan: FaultPlan): { left(): number } {
      const entry = { plan, skip: plan.after ?? 0, left: plan.times ?? 1 };
      plans.push(entry);
      return { left: () => entry.left };
    },
    clear(): void {
      plans.length = 0;
    },
    take(method: string, teamId: string | undefined): Fault | undefined {
      const entry = plans.find(
        ({ plan, left }) =>
          left > 0 &&
          (plan.method === "*" || plan.method === method) &&
          (plan.teamId === undefined || plan.teamId === teamId),
      );
      if (entry === undefined) return undefined;
      if (entry.skip > 0) {
        entry.skip -= 1;
        return undefined;
      }
      entry.left -= 1;
      return entry.plan.fault;
    },
  };
}
