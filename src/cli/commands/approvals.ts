import { type Command, Option } from "commander";
import { formatTable } from "../format-table.ts";
import { connect, withServerOptions } from "./room-options.ts";

type Approval = {
  id: string;
  status: string;
  agent: { slug: string };
  room: { key: string };
  requester: string | null;
  action: string;
  confidence: number | null;
  decidedBy: string | null;
  expiresAt: string;
};

type Approver = { name: string; externalId: string };

type ListOptions = { url?: string; agent?: string; none?: boolean };

type Options = { url?: string; status?: string };

const FIELDS = `id status agent { slug } room { key } requester action confidence decidedBy expiresAt`;

const LIST = `query ($status: ApprovalStatus) { approvals(status: $status, last: 100) { ${FIELDS} } }`;

const LIST_APPROVERS = `query ($room: String!, $agent: String) {
  approvers(room: $room, agent: $agent) { name externalId } }`;

const SET_APPROVERS = `mutation ($room: String!, $agent: String, $people: [String!]!) {
  approvers: setApprovers(room: $room, agent: $agent, people: $people) { name externalId } }`;

const STATUSES = ["waiting", "approved", "declined", "expired", "all"];

const DECISIONS = [
  ["approve", "what the agent asked for happens, and its turn goes on"],
  ["decline", "it does not happen; the agent goes on without it"],
] as const;

export function addApprovals(program: Command): void {
  const approvals = program
    .command("approvals")
    .description("what agents ask for before they do it: look, approve, decline");
  withServerOptions(approvals.command("list"))
    .description("what waits for a decision, newest first")
    .addOption(
      new Option("--status <status>", "of this status").choices(STATUSES).default("waiting"),
    )
    .action(async (options: Options) => {
      const { status = "waiting" } = options;
      const client = await connect(options);
      const variables = { status: status === "all" ? null : status.toUpperCase() };
      const found = await client.query<{ approvals: Approval[] }>(LIST, variables);
      console.log(formatApprovals(found.approvals, status));
    });
  addApprovers(approvals);
  for (const [name, description] of DECISIONS) {
    withServerOptions(approvals.command(`${name} <id>`))
      .description(description)
      .action(async (id: string, options: Options) => {
        const document = `mutation ($id: ID!) { approval: ${name}(id: $id) { ${FIELDS} } }`;
        const client = await connect(options);
        const { approval } = await client.query<{ approval: Approval }>(document, { id });
        console.log(formatTable([[approval.status.toLowerCase(), approval.action]]));
      });
  }
}

function addApprovers(approvals: Command): void {
  withServerOptions(approvals.command("approvers <room> [people...]"))
    .description(
      "who is listed to decide in a room beside the one who asked; people replace the list",
    )
    .option("--agent <slug>", "for this agent's questions, in the room's whole workspace")
    .option("--none", "empties the list")
    .action(async (room: string, people: string[], { agent, none, ...server }: ListOptions) => {
      const client = await connect(server);
      const changes = people.length > 0 || none === true;
      const variables = { room, agent: agent ?? null, ...(changes && { people }) };
      const { approvers } = await client.query<{ approvers: Approver[] }>(
        changes ? SET_APPROVERS : LIST_APPROVERS,
        variables,
      );
      if (approvers.length === 0) console.log("Nobody is listed: only the one who asked decides.");
      else console.log(formatTable(approvers.map(({ name, externalId }) => [name, externalId])));
    });
}

function formatApprovals(approvals: Approval[], status: string): string {
  if (approvals.length === 0) {
    return status === "waiting" ? "Nothing waits for a decision." : "There are none.";
  }
  return formatTable([
    ["ID", "STATUS", "AGENT", "ROOM", "FOR", "SURE", "UNTIL", "WHAT"],
    ...approvals.map((approval) => [
      approval.id,
      approval.decidedBy === null
        ? approval.status.toLowerCase()
        : `${approval.status.toLowerCase()} by ${approval.decidedBy}`,
      `@${approval.agent.slug}`,
      approval.room.key,
      approval.requester ?? "-",
      approval.confidence === null ? "-" : `${Math.round(approval.confidence * 100)}%`,
      `${approval.expiresAt.slice(11, 16)}Z`,
      approval.action,
    ]),
  ]);
}
