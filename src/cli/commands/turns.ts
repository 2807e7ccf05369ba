import type { Command } from "commander";
import { AppError } from "../../base/errors.ts";
import { formatDollars } from "../../base/format-dollars.ts";
import { formatTable } from "../format-table.ts";
import { TURN_STATUSES } from "../../turns/turn-status.ts";
import { toSafeText } from "../safe-text.ts";
import { connect, nameOfUser, withServerOptions } from "./room-options.ts";

type Step = {
  kind: string;
  name: string;
  status: string;
  durationMs: number | null;
  costMicros: string | null;
  output: unknown;
};

type Turn = {
  id: string;
  status: string;
  succeeded: boolean | null;
  flaw: string | null;
  agent: { slug: string };
  behavior: { name: string; number: number } | null;
  model: string | null;
  costMicros: string;
  reason: string | null;
  mergedInto: { id: string } | null;
  createdAt: string;
  steps: Step[];
  reply: { text: string } | null;
};

const TURN = `query ($id: ID!) { turn(id: $id) {
  id status succeeded flaw agent { slug } behavior { name number } model costMicros reason mergedInto { id } createdAt
  steps { kind name status durationMs costMicros output } reply { text } } }`;

const RATE = `mutation ($id: ID!, $person: String!, $verdict: Verdict) {
  turn: rateAnswer(turn: $id, person: $person, verdict: $verdict) { succeeded flaw } }`;

type ListedTurn = Pick<Turn, "id" | "status" | "costMicros" | "reason" | "createdAt" | "flaw"> & {
  room: string;
  agent: { slug: string };
};
type ListOptions = {
  url?: string;
  room?: string;
  agent?: string;
  status?: string;
  before?: string;
  first: string;
};

const TURNS = `query ($room: String, $agent: String, $status: TurnStatus, $before: ID, $first: Int) {
  turns(room: $room, agent: $agent, status: $status, before: $before, first: $first) {
    id room status agent { slug } costMicros reason flaw createdAt } }`;

const NARROWEST_OUTPUT = 40;

export function addTurns(program: Command): void {
  const turns = program.command("turns").description("look at what agents did");
  withServerOptions(turns.command("list"))
    .description("what agents were asked, the newest first, and why some did not answer")
    .option("--room <room>", "there and in its threads")
    .option("--agent <slug>", "by this agent")
    .option("--status <status>", `one of ${TURN_STATUSES.join(", ")}`)
    .option("--before <id>", "asked before this turn")
    .option("--first <number>", "how many", "20")
    .action(async (options: ListOptions) => {
      const client = await connect(options);
      const found = await client.query<{ turns: ListedTurn[] }>(TURNS, toVariables(options));
      console.log(formatList(found.turns));
    });
  withServerOptions(turns.command("show <id>"))
    .description("a turn and its journal, step by step")
    .option("--full", "show the whole output of every step")
    .action(async (id: string, options: { url?: string; full?: boolean }) => {
      const client = await connect(options);
      const { turn } = await client.query<{ turn: Turn | null }>(TURN, { id });
      if (!turn) throw new AppError("NOT_FOUND", `There is no turn ${id}.`);
      const columns = options.full ? Infinity : (process.stdout.columns ?? 120);
      console.log(`${formatHead(turn)}\n\n${formatSteps(turn.steps, columns)}`);
      if (turn.reply) console.log(`\n${toSafeText(turn.reply.text)}`);
    });
  withServerOptions(turns.command("rate <id> <verdict>"))
    .description("say what a person thinks of an answer: good, bad, or none to take it back")
    .option("--as <name>", "the person who says so", nameOfUser())
    .action(async (id: string, verdict: string, options: { url?: string; as: string }) => {
      if (!["good", "bad", "none"].includes(verdict)) {
        throw new AppError("INVALID", `A verdict is good, bad or none, not ${verdict}.`);
      }
      const client = await connect(options);
      const { turn } = await client.query<{ turn: Pick<Turn, "succeeded" | "flaw"> }>(RATE, {
        id,
        person: options.as,
        verdict: verdict === "none" ? null : verdict.toUpperCase(),
      });
      console.log(`success: ${turn.succeeded === null ? "does not count" : formatSuccess(turn)}`);
    });
}

function toVariables({ room, agent, status, before, first }: ListOptions): Record<string, unknown> {
  if (status !== undefined && !TURN_STATUSES.some((known) => known === status)) {
    throw new AppError("INVALID", `A status is one of ${TURN_STATUSES.join(", ")}, not ${status}.`);
  }
  const count = Number(first);
  if (!Number.isInteger(count) || count < 1) {
    throw new AppError("INVALID", `--first takes a whole number from 1 on, not ${first}.`);
  }
  return { room, agent, status: status?.toUpperCase(), before, first: count };
}

function formatList(turns: ListedTurn[]): string {
  if (turns.length === 0) return "No agent was asked that.";
  const rows = turns.map(({ id, room, status, agent, costMicros, reason, flaw, createdAt }) => [
    id,
    createdAt.slice(0, 16).replace("T", " "),
    room,
    `@${agent.slug}`,
    status.toLowerCase(),
    formatDollars(costMicros),
    reason ?? flaw?.toLowerCase().replace("_", " ") ?? "-",
  ]);
  return formatTable([["ID", "ASKED (UTC)", "ROOM", "AGENT", "STATUS", "COST", "WHY"], ...rows]);
}

function formatHead(turn: Turn): string {
  const { behavior } = turn;
  const rows: [string, string | undefined | null][] = [
    ["turn", turn.id],
    ["status", turn.status.toLowerCase()],
    ["reason", turn.reason],
    ["merged", turn.mergedInto && `into ${turn.mergedInto.id}`],
    ["success", turn.succeeded === null ? null : formatSuccess(turn)],
    ["agent", `@${turn.agent.slug}`],
    ["behavior", behavior && `${behavior.name} r${behavior.number}`],
    ["model", turn.model],
    ["cost", formatDollars(turn.costMicros)],
    ["asked", turn.createdAt],
  ];
  return formatTable(rows.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

function formatSuccess({ succeeded, flaw }: Pick<Turn, "succeeded" | "flaw">): string {
  if (succeeded) return "yes";
  return flaw === null ? "no" : `no (${flaw.toLowerCase().replace("_", " ")})`;
}

function formatSteps(steps: Step[], columns: number): string {
  if (steps.length === 0) return "The journal is empty so far.";
  const table = formatTable([
    ["STEP", "NAME", "STATUS", "MS", "COST", "OUTPUT"],
    ...steps.map((step) => [
      step.kind.toLowerCase(),
      step.name,
      step.status.toLowerCase(),
      String(step.durationMs ?? "-"),
      step.costMicros === null ? "-" : formatDollars(step.costMicros),
      step.output === null ? "" : JSON.stringify(step.output),
    ]),
  ]);
  const start = table.split("\n")[0]?.indexOf("OUTPUT") ?? 0;
  return shortenLines(table, Math.max(columns, start + NARROWEST_OUTPUT));
}

function shortenLines(text: string, columns: number): string {
  return text
    .split("\n")
    .map((line) => (line.length > columns ? `${line.slice(0, columns - 1).toWellFormed()}…` : line))
    .join("\n");
}
