import type { Command } from "commander";
import { AppError } from "../../base/errors.ts";
import { formatDollars } from "../format-dollars.ts";
import { formatTable } from "../format-table.ts";
import { toSafeText } from "../safe-text.ts";
import { connect, withServerOptions } from "./room-options.ts";

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
  id status agent { slug } behavior { name number } model costMicros reason mergedInto { id } createdAt
  steps { kind name status durationMs costMicros output } reply { text } } }`;

const NARROWEST_OUTPUT = 40;

export function addTurns(program: Command): void {
  const turns = program.command("turns").description("look at what agents did");
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
}

function formatHead(turn: Turn): string {
  const { behavior } = turn;
  const rows: [string, string | undefined | null][] = [
    ["turn", turn.id],
    ["status", turn.status.toLowerCase()],
    ["reason", turn.reason],
    ["merged", turn.mergedInto && `into ${turn.mergedInto.id}`],
    ["agent", `@${turn.agent.slug}`],
    ["behavior", behavior && `${behavior.name} r${behavior.number}`],
    ["model", turn.model],
    ["cost", formatDollars(turn.costMicros)],
    ["asked", turn.createdAt],
  ];
  return formatTable(rows.flatMap(([name, value]) => (value ? [[name, value]] : [])));
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
