import type { Command } from "commander";
import { AppError } from "../../base/errors.ts";
import { formatMoment, formatRate } from "../format-rate.ts";
import { formatTable } from "../format-table.ts";
import { toSafeLine } from "../safe-text.ts";
import { connect, withServerOptions } from "./room-options.ts";

type Options = { url?: string };

type Improvement = {
  id: string;
  agent: { slug: string };
  status: string;
  fromBehavior: string | null;
  toBehavior: string;
  fromUses: number;
  fromSuccessRate: number;
  toUses: number;
  toSuccessRate: number;
  notes: string | null;
  createdAt: string;
};

const FIELDS = `id agent { slug } status fromBehavior toBehavior fromUses fromSuccessRate toUses
  toSuccessRate notes createdAt`;
const WEAK = `query ($threshold: Float) { underperformingAgents(threshold: $threshold) {
  slug role tasksCompleted successRate consecutiveFailures behavior { name } } }`;
const IMPROVE = `mutation ($agent: String!, $threshold: Float) {
  found: improveAgent(agent: $agent, threshold: $threshold) { improvement { ${FIELDS} } reason } }`;
const LIST = `query ($agent: String, $status: ImprovementStatus) {
  improvements(agent: $agent, status: $status) { ${FIELDS} } }`;
const POLICY = `mutation ($slug: String!, $policy: ImprovementPolicy) {
  agent: updateAgent(slug: $slug, input: { improvementPolicy: $policy }) { slug improvementPolicy } }`;

/** Agents that do badly, and what is done about it. */
export function addImprovements(agents: Command): void {
  withServerOptions(agents.command("underperforming"))
    .description("active agents with more than 10 tasks and too few successes, worst first")
    .option("--threshold <rate>", "success rate, 0 to 1", "0.7")
    .action(async (options: Options & { threshold: string }) => {
      const client = await connect(options);
      const threshold = toRate(options.threshold);
      const found = await client.query<{ underperformingAgents: Weak[] }>(WEAK, { threshold });
      console.log(formatWeak(found.underperformingAgents));
    });
  withServerOptions(agents.command("improve <slug>"))
    .description("look for a behavior of its role that does better, and suggest it")
    .option("--threshold <rate>", "success rate below which it is wanting, 0 to 1", "0.7")
    .action(async (agent: string, options: Options & { threshold: string }) => {
      const client = await connect(options);
      type Found = { found: { improvement: Improvement | null; reason: string | null } };
      const threshold = toRate(options.threshold);
      const { found } = await client.query<Found>(IMPROVE, { agent, threshold });
      const { improvement, reason } = found;
      console.log(improvement ? formatImprovements([improvement]) : toSafeLine(reason ?? ""));
    });
  withServerOptions(agents.command("improvements [slug]"))
    .description("what is or was suggested, newest first")
    .option("--status <status>", "suggested, watched, dismissed, kept, rolled_back or withdrawn")
    .action(async (agent: string | undefined, options: Options & { status?: string }) => {
      const client = await connect(options);
      const status = options.status?.toUpperCase();
      const { improvements } = await client.query<{ improvements: Improvement[] }>(LIST, {
        agent,
        status,
      });
      console.log(formatImprovements(improvements));
    });
  for (const [name, field, description] of DECISIONS) {
    withServerOptions(agents.command(`${name} <id>`))
      .description(description)
      .action(async (id: string, options: Options) => {
        const document = `mutation ($id: ID!) { improvement: ${field}(id: $id) { ${FIELDS} } }`;
        const client = await connect(options);
        const { improvement } = await client.query<{ improvement: Improvement }>(document, { id });
        console.log(formatImprovements([improvement]));
      });
  }
  withServerOptions(agents.command("policy <slug> <policy>"))
    .description("off, suggest, auto, or role for that of its role")
    .action(async (slug: string, policy: string, options: Options) => {
      const client = await connect(options);
      type Changed = { agent: { slug: string; improvementPolicy: string | null } };
      const { agent } = await client.query<Changed>(POLICY, {
        slug,
        policy: policy === "role" ? null : policy.toUpperCase(),
      });
      const is = agent.improvementPolicy?.toLowerCase() ?? "that of its role";
      console.log(formatTable([[`@${agent.slug}`, is]]));
    });
}

const DECISIONS = [
  ["approve", "approveImprovement", "assign what is suggested; what makes it worse is rolled back"],
  ["dismiss", "dismissImprovement", "decline what is suggested"],
] as const;

type Weak = {
  slug: string;
  role: string;
  tasksCompleted: number;
  successRate: number;
  consecutiveFailures: number;
  behavior: { name: string } | null;
};

function formatWeak(agents: Weak[]): string {
  if (agents.length === 0) return "No agent underperforms.";
  return formatTable([
    ["SLUG", "ROLE", "BEHAVIOR", "TASKS", "SUCCESS", "FAILURES IN A ROW"],
    ...agents.map((agent) => [
      agent.slug,
      agent.role,
      agent.behavior?.name ?? "that of its role",
      String(agent.tasksCompleted),
      formatRate(agent.successRate),
      String(agent.consecutiveFailures),
    ]),
  ]);
}

function formatImprovements(improvements: Improvement[]): string {
  if (improvements.length === 0) return "Nothing is suggested.";
  return formatTable([
    ["ID", "AGENT", "STATUS", "FROM", "TO", "SINCE", "NOTES"],
    ...improvements.map((one) => [
      one.id,
      `@${one.agent.slug}`,
      one.status.toLowerCase(),
      `${one.fromBehavior ?? "none"} (${formatRate(one.fromSuccessRate)} of ${one.fromUses})`,
      `${one.toBehavior} (${formatRate(one.toSuccessRate)} of ${one.toUses})`,
      formatMoment(one.createdAt),
      one.notes ?? "",
    ]),
  ]);
}

function toRate(text: string): number {
  const rate = Number(text);
  if (text.trim() !== "" && rate >= 0 && rate <= 1) return rate;
  throw new AppError("INVALID", `--threshold is ${text}; it must be from 0 to 1, such as 0.7.`);
}
