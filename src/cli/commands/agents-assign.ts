import type { Command } from "commander";
import { AppError } from "../../base/errors.ts";
import { formatMoment, formatRate } from "../format-rate.ts";
import { formatTable } from "../format-table.ts";
import { connect, withServerOptions } from "./room-options.ts";

type Options = { url?: string };

const ASSIGN = `mutation ($agent: String!, $behavior: String!, $reason: AssignmentReason, $notes: String) {
  assigned: assignBehavior(agent: $agent, behavior: $behavior, reason: $reason, outcomeNotes: $notes) {
    slug behavior { name revision } } }`;
const UNASSIGN = `mutation ($agent: String!, $notes: String) {
  assigned: unassignBehavior(agent: $agent, outcomeNotes: $notes) { slug behavior { name revision } } }`;

const HISTORY = `query ($slug: String!, $last: Int) { agent(slug: $slug) { assignments(last: $last) {
  behaviorName reason assignedBy assignedAt unassignedAt outcomeNotes tasksCompleted successRate } } }`;

type Assignment = {
  behaviorName: string;
  reason: string;
  assignedBy: string;
  assignedAt: string;
  unassignedAt: string | null;
  outcomeNotes: string | null;
  tasksCompleted: number;
  successRate: number;
};

/** What agents are assigned, and were. */
export function addAssignments(agents: Command): void {
  withServerOptions(agents.command("assign <slug> [behavior]"))
    .description("give an agent a behavior, from its next answer on; --none takes it away")
    .option("--none", "take the behavior away: that of its role applies")
    .option(
      "--reason <reason>",
      "manual, performance, a_b_test, hot_reload or automatic_improvement",
      "manual",
    )
    .option("--notes <text>", "what came of the assignment that ends")
    .action(
      async (
        agent: string,
        behavior: string | undefined,
        options: Options & { none?: boolean; reason: string; notes?: string },
      ) => {
        if ((behavior === undefined) !== (options.none === true)) {
          throw new AppError("INVALID", "Name a behavior, or give --none to take it away.");
        }
        const { notes } = options;
        const client = await connect(options);
        type Assigned = { slug: string; behavior: { name: string; revision: number } | null };
        const { assigned } = await client.query<{ assigned: Assigned }>(
          behavior === undefined ? UNASSIGN : ASSIGN,
          { agent, behavior, reason: options.reason.toUpperCase(), notes },
        );
        const has = assigned.behavior;
        console.log(
          formatTable([
            [`@${assigned.slug}`, has ? `${has.name} r${has.revision}` : "that of its role"],
          ]),
        );
      },
    );
  withServerOptions(agents.command("history <slug>"))
    .description("which behaviors an agent has had: who assigned them, why, and how it went")
    .option("--last <number>", "how many, newest first", "20")
    .action(async (slug: string, options: Options & { last: string }) => {
      const client = await connect(options);
      type Found = { agent: { assignments: Assignment[] } | null };
      const { agent } = await client.query<Found>(HISTORY, { slug, last: Number(options.last) });
      if (!agent) throw new AppError("NOT_FOUND", `There is no agent ${slug}.`);
      console.log(formatHistory(slug, agent.assignments));
    });
}

function formatHistory(slug: string, assignments: Assignment[]): string {
  if (assignments.length === 0) return `@${slug} has never been assigned a behavior.`;
  return formatTable([
    ["BEHAVIOR", "FROM", "TO", "BY", "REASON", "TASKS", "SUCCESS", "OUTCOME"],
    ...assignments.map((one) => [
      one.behaviorName,
      formatMoment(one.assignedAt),
      one.unassignedAt === null ? "now" : formatMoment(one.unassignedAt),
      one.assignedBy,
      one.reason.toLowerCase(),
      String(one.tasksCompleted),
      formatRate(one.successRate),
      one.outcomeNotes ?? "",
    ]),
  ]);
}
