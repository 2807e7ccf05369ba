import type { Command } from "commander";
import { AppError } from "../../base/errors.ts";
import { formatTable } from "../format-table.ts";
import { toSafeLine } from "../safe-text.ts";
import { type CreateOptions, toExperimentInput, toWeights } from "./experiment-input.ts";
import { EXPERIMENT_FIELDS, formatExperiment, type ShownExperiment } from "./format-experiment.ts";
import { connect, withServerOptions } from "./room-options.ts";

type Options = { url?: string };

const LIST = `query { experiments { name status role agent { slug } sentence } }`;
const SHOW = `query ($name: String!) { experiment(name: $name) { ${EXPERIMENT_FIELDS} } }`;
const CREATE = `mutation ($input: CreateExperimentInput!) {
  experiment: createExperiment(input: $input) { ${EXPERIMENT_FIELDS} } }`;

export function addExperiments(program: Command): void {
  const experiments = program
    .command("experiments")
    .description("compare behaviors in live rooms, and promote the better one");
  withServerOptions(experiments.command("list"))
    .description("all experiments, newest first, each in one sentence")
    .action(async (options: Options) => {
      const client = await connect(options);
      const { experiments } = await client.query<{ experiments: ShownExperiment[] }>(LIST);
      console.log(formatList(experiments));
    });
  withServerOptions(experiments.command("show <name>"))
    .description("one experiment as a sentence and a table")
    .action(async (name: string, options: Options) => {
      const client = await connect(options);
      const found = await client.query<{ experiment: ShownExperiment | null }>(SHOW, { name });
      if (!found.experiment) throw new AppError("NOT_FOUND", `There is no experiment ${name}.`);
      console.log(formatExperiment(found.experiment));
    });
  addCreate(experiments);
  addChanges(experiments);
}

function addCreate(experiments: Command): void {
  withServerOptions(experiments.command("create <name> <behaviors...>"))
    .description("draft an experiment; the first behavior is control, behavior=3 gives a weight")
    .option("--role <role>", "all agents of this role take part")
    .option("--agent <slug>", "only this agent takes part")
    .option("--control <behavior>", "the behavior in use today")
    .option("--unit <unit>", "what keeps its arm: person, room, or use (each draws anew)")
    .option("--policy <policy>", "what happens to a winner: off, suggest or auto")
    .option("--allocation <allocation>", "fixed (by weight) or thompson (by what did better)")
    .option("--minimum-uses <count>", "of each arm before anything is concluded (100 or more)")
    .option("--ramp-up <shares>", "shares of a promoted arm, such as 0.1,0.5,1; none: all at once")
    .option("--guardrail <metric=margin...>", "such as errors=0.05 latency=0.25 cost=0.25")
    .option("--start", "start it at once")
    .action(async (name: string, behaviors: string[], options: CreateOptions & Options) => {
      const client = await connect(options);
      const input = toExperimentInput(name, behaviors, options);
      type Created = { experiment: ShownExperiment };
      const { experiment } = await client.query<Created>(CREATE, { input });
      if (!options.start) return console.log(formatExperiment(experiment));
      const started = await client.query<Created>(toChange("startExperiment"), { name });
      console.log(formatExperiment(started.experiment));
    });
}

function addChanges(experiments: Command): void {
  const run = async (options: Options, mutation: string, variables: Record<string, unknown>) => {
    const client = await connect(options);
    const { experiment } = await client.query<{ experiment: ShownExperiment }>(mutation, variables);
    console.log(formatExperiment(experiment));
  };
  withServerOptions(experiments.command("start <name>"))
    .description("from the next turn on it decides")
    .action((name: string, options: Options) =>
      run(options, toChange("startExperiment"), { name }),
    );
  withServerOptions(experiments.command("stop <name>"))
    .description("end it and promote nothing")
    .option("--reason <text>", "why")
    .action((name: string, { reason, ...options }: Options & { reason?: string }) =>
      run(options, toChange("stopExperiment", "reason: String"), { name, reason }),
    );
  withServerOptions(experiments.command("promote <name>"))
    .description("make the winner, or the arm that is named, what applies")
    .option("--arm <behavior>", "another arm than the winner")
    .option("--at-once", "without the steps of the ramp-up")
    .action((name: string, options: Options & { arm?: string; atOnce?: boolean }) => {
      const { arm, atOnce, ...rest } = options;
      const mutation = toChange("promoteExperiment", "arm: String", "atOnce: Boolean");
      return run(rest, mutation, { name, arm, atOnce });
    });
  withServerOptions(experiments.command("rollback <name>"))
    .description("take a promotion back")
    .action((name: string, options: Options) =>
      run(options, toChange("rollbackExperiment"), { name }),
    );
  withServerOptions(experiments.command("stop-arm <name> <behavior>"))
    .description("take one arm out; the others go on")
    .option("--reason <text>", "why")
    .action((name: string, arm: string, { reason, ...rest }: Options & { reason?: string }) =>
      run(rest, toChange("stopExperimentArm", "arm: String!", "reason: String"), {
        name,
        arm,
        reason,
      }),
    );
  withServerOptions(experiments.command("weights <name> <behavior=weight...>"))
    .description("change weights; as few people as possible move")
    .action((name: string, weights: string[], options: Options) =>
      run(options, toChange("updateExperimentWeights", "weights: [ExperimentWeightInput!]!"), {
        name,
        weights: toWeights(weights),
      }),
    );
}

/** The mutation of this name with its arguments, which the variables are named after. */
function toChange(mutation: string, ...more: string[]): string {
  const declared = ["name: String!", ...more];
  const given = declared.map((one) => one.split(":")[0] ?? "").map((one) => `${one}: $${one}`);
  return `mutation (${declared.map((one) => `$${one}`).join(", ")}) {
    experiment: ${mutation}(${given.join(", ")}) { ${EXPERIMENT_FIELDS} } }`;
}

function formatList(experiments: ShownExperiment[]): string {
  if (experiments.length === 0) return "There are no experiments yet.";
  return formatTable([
    ["NAME", "ABOUT", "STATUS", "SENTENCE"],
    ...experiments.map(({ name, agent, role, status, sentence }) => [
      name,
      agent ? `@${agent.slug}` : role,
      status.toLowerCase(),
      toSafeLine(sentence),
    ]),
  ]);
}
