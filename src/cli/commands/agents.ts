import type { Command } from "commander";
import { AppError } from "../../base/errors.ts";
import { formatRate } from "../format-rate.ts";
import { formatTable } from "../format-table.ts";
import { addAssignments } from "./agents-assign.ts";
import { addImprovements } from "./agents-improve.ts";
import { exportAgents, importAgents, openExportFolder } from "./registry-files.ts";
import { connect, withServerOptions } from "./room-options.ts";

type Agent = {
  slug: string;
  name: string;
  role: string;
  status: string;
  description: string;
  avatar: string | null;
  model: string | null;
  tools: string[] | null;
  behavior: { name: string; revision: number | null } | null;
  tasksCompleted: number;
  successRate: number;
  consecutiveFailures: number;
  avgResponseTimeMs: number;
};

type Options = { url?: string };
type AvatarOptions = Options & { none?: boolean };

const NO_AVATAR = "that of the app";

const FIELDS = `slug name role status description avatar model tools behavior { name revision }
  tasksCompleted successRate consecutiveFailures avgResponseTimeMs`;

const CHANGES = [
  ["pause", "pauseAgent", "the agent answers nobody until it is resumed, and says so"],
  ["resume", "resumeAgent", "the agent answers again"],
  ["stop", "stopAgent", "the agent is taken out of service"],
] as const;

export function addAgents(program: Command): void {
  const agents = program
    .command("agents")
    .description("look at the agents and change what they do");
  withServerOptions(agents.command("list"))
    .description("all agents, newest first")
    .action(async (options: Options) => {
      const client = await connect(options);
      const found = await client.query<{ agents: Agent[] }>(`query { agents { ${FIELDS} } }`);
      console.log(formatAgents(found.agents));
    });
  withServerOptions(agents.command("show <slug>"))
    .description("one agent with its figures")
    .action(async (slug: string, options: Options) => {
      const document = `query ($slug: String!) { agent(slug: $slug) { ${FIELDS} } }`;
      const client = await connect(options);
      const { agent } = await client.query<{ agent: Agent | null }>(document, { slug });
      if (!agent) throw new AppError("NOT_FOUND", `There is no agent ${slug}.`);
      console.log(formatAgent(agent));
    });
  for (const [name, field, description] of CHANGES) {
    withServerOptions(agents.command(`${name} <slug>`))
      .description(description)
      .action(async (slug: string, options: Options) => {
        const document = `mutation ($slug: String!) { agent: ${field}(slug: $slug) { ${FIELDS} } }`;
        const client = await connect(options);
        const { agent } = await client.query<{ agent: Agent }>(document, { slug });
        console.log(formatTable([[`@${agent.slug}`, agent.status.toLowerCase()]]));
      });
  }
  withServerOptions(agents.command("avatar <slug> [avatar]"))
    .description("give an agent a face: an https address, or an emoji of Slack such as :owl:")
    .option("--none", "take its face away")
    .action(async (slug: string, avatar: string | undefined, options: AvatarOptions) => {
      const input = { avatar: requireAvatar(avatar, options) };
      const document = `mutation ($slug: String!, $input: UpdateAgentInput!) {
        agent: updateAgent(slug: $slug, input: $input) { ${FIELDS} } }`;
      const client = await connect(options);
      const { agent } = await client.query<{ agent: Agent }>(document, { slug, input });
      console.log(formatTable([[`@${agent.slug}`, agent.avatar ?? NO_AVATAR]]));
    });
  addAssignments(agents);
  addImprovements(agents);
  addFiles(agents);
}

function requireAvatar(avatar: string | undefined, { none }: AvatarOptions): string | null {
  if ((avatar === undefined) !== (none === true)) {
    const message = "Say which face: an https address, an emoji such as :owl:, or --none.";
    throw new AppError("INVALID", message);
  }
  return avatar ?? null;
}

function addFiles(agents: Command): void {
  withServerOptions(agents.command("export [slugs...]"))
    .description("write agents as files of agents/; all of them, and the roles, unless named")
    .option("--to <folder>", "where to", "agents")
    .action(async (slugs: string[], options: Options & { to: string }) => {
      const client = await connect(options);
      await exportAgents(client, slugs, await openExportFolder(options.to, console.log));
    });
  withServerOptions(agents.command("import <files...>"))
    .description("take files of agents/ in, roles.json first")
    .action(async (files: string[], options: Options) => {
      console.log(await importAgents(await connect(options), files));
    });
}

function formatAgents(agents: Agent[]): string {
  if (agents.length === 0) return "There are no agents yet.";
  return formatTable([
    ["SLUG", "NAME", "ROLE", "STATUS", "BEHAVIOR", "TASKS", "SUCCESS"],
    ...agents.map((agent) => [
      agent.slug,
      agent.name,
      agent.role,
      agent.status.toLowerCase(),
      formatBehavior(agent),
      String(agent.tasksCompleted),
      formatRate(agent.successRate),
    ]),
  ]);
}

function formatAgent(agent: Agent): string {
  return formatTable([
    ["agent", `${agent.name} (@${agent.slug})`],
    ["about", agent.description || "-"],
    ["role", agent.role],
    ["status", agent.status.toLowerCase()],
    ["avatar", agent.avatar ?? NO_AVATAR],
    ["model", agent.model ?? "the default model"],
    ["tools", agent.tools?.join(", ") ?? "those of its role"],
    ["behavior", formatBehavior(agent)],
    ["tasks", `${agent.tasksCompleted}, ${formatRate(agent.successRate)} succeeded`],
    ["failures", `${agent.consecutiveFailures} in a row`],
    ["response", `${Math.round(agent.avgResponseTimeMs)} ms on average`],
  ]);
}

function formatBehavior({ behavior }: Agent): string {
  if (!behavior) return "that of its role";
  return behavior.revision === null ? behavior.name : `${behavior.name} r${behavior.revision}`;
}
