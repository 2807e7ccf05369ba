import { z } from "zod";
import { AppError, toErrorMessage } from "../base/errors.ts";
import { ALLOCATIONS, EXPERIMENT_POLICIES } from "./experiment.ts";
import { GUARDRAIL_METRICS } from "./statistics/guardrail.ts";
import { requirePlan } from "./statistics/ramp-up.ts";
import { EXPERIMENT_UNITS } from "./statistics/verdict-words.ts";

/** Where the normal approximation of the comparison begins to hold. */
const LEAST_USES = 100;
const MOST_ARMS = 10;

const text = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine((value) => value.isWellFormed() && !value.includes("\0"), "must be plain text");

const Weight = z.number().finite().min(0, "must be 0 or more").max(1_000_000);

const Fields = z
  .object({
    name: z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9_-]{0,63}$/,
        "must have lower-case letters, digits, underscores and dashes, at most 64",
      ),
    description: text(2000).optional(),
    role: z.string().optional(),
    agent: z.string().optional(),
    arms: z
      .array(z.object({ behavior: z.string(), weight: Weight.default(1) }))
      .min(2, "must be two behaviors or more")
      .max(MOST_ARMS, `must be at most ${MOST_ARMS} behaviors`),
    control: z.string().optional(),
    unit: z.enum(EXPERIMENT_UNITS).optional(),
    policy: z.enum(EXPERIMENT_POLICIES).optional(),
    allocation: z.enum(ALLOCATIONS).optional(),
    minimumUses: z.number().int().min(LEAST_USES).max(1_000_000).optional(),
    guardrails: z
      .array(z.object({ metric: z.enum(GUARDRAIL_METRICS), margin: z.number().min(0).max(100) }))
      .refine(
        (all) => new Set(all.map(({ metric }) => metric)).size === all.length,
        "must name each metric once",
      )
      .optional(),
    rampUp: z.array(z.number()).max(20).superRefine(checkShares).optional(),
    costCapMicros: z.number().int().min(1).max(1_000_000_000).optional(),
  })
  .superRefine(({ role, agent, arms, control }, issues) => {
    const report = (path: string, message: string) =>
      issues.addIssue({ code: "custom", path: [path], message });
    if ((role === undefined) === (agent === undefined)) {
      report("role", "or agent must be given, one of the two");
    }
    const names = arms.map(({ behavior }) => behavior);
    if (new Set(names).size < names.length) report("arms", "must name each behavior once");
    if (control !== undefined && !names.includes(control)) {
      report("control", "must be one of the arms");
    }
    const base = arms.find(({ behavior }) => behavior === (control ?? names[0]));
    const others = arms.filter((arm) => arm !== base && arm.weight > 0);
    if (base?.weight === 0 || others.length === 0) {
      report("arms", "must give control and another arm a weight above 0");
    }
  });

export type ExperimentFields = z.infer<typeof Fields>;
export type NewExperiment = z.input<typeof Fields>;

/** The experiment as it can be stored, or an `INVALID` error that lists every fault. */
export function parseExperiment(given: NewExperiment): ExperimentFields {
  const parsed = Fields.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
  throw new AppError("INVALID", `The experiment cannot be stored: ${faults.join("; ")}.`);
}

/** No shares at all stand for a promotion at once. */
function checkShares(shares: number[], issues: z.RefinementCtx): void {
  if (shares.length === 0) return;
  try {
    requirePlan({ shares, minimumUses: LEAST_USES });
  } catch (error) {
    issues.addIssue({ code: "custom", message: `is refused: ${toErrorMessage(error)}` });
  }
}
