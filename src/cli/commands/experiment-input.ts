import { AppError } from "../../base/errors.ts";

export type CreateOptions = {
  role?: string;
  agent?: string;
  control?: string;
  unit?: string;
  policy?: string;
  allocation?: string;
  minimumUses?: string;
  rampUp?: string;
  guardrail?: string[];
  start?: boolean;
};

/** The `CreateExperimentInput` of a command line; what the server must judge is left to it. */
export function toExperimentInput(name: string, behaviors: string[], options: CreateOptions) {
  const { role, agent, control, unit, policy, allocation, minimumUses, rampUp, guardrail } =
    options;
  return {
    name,
    role,
    agent,
    control,
    arms: behaviors.map(toArm),
    unit: unit?.toUpperCase(),
    policy: policy?.toUpperCase(),
    allocation: allocation?.toUpperCase(),
    minimumUses: minimumUses === undefined ? undefined : toNumber(minimumUses),
    rampUp: rampUp === undefined ? undefined : toShares(rampUp),
    guardrails: guardrail?.map((text) => {
      const [metric, margin] = split(text);
      return { metric: metric.toUpperCase(), margin };
    }),
  };
}

/** `friendly=3 formal=1` */
export function toWeights(texts: string[]): { behavior: string; weight: number }[] {
  return texts.map((text) => {
    const [behavior, weight] = split(text);
    return { behavior, weight };
  });
}

function toArm(text: string): { behavior: string; weight?: number } {
  if (!text.includes("=")) return { behavior: text };
  const [behavior, weight] = split(text);
  return { behavior, weight };
}

function toShares(text: string): number[] {
  return text === "none" ? [] : text.split(",").map(toNumber);
}

function split(text: string): [string, number] {
  const at = text.indexOf("=");
  if (at <= 0) throw new AppError("INVALID", `"${text}" must be written as name=number.`);
  return [text.slice(0, at), toNumber(text.slice(at + 1))];
}

function toNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new AppError("INVALID", `"${text}" is no number.`);
}
