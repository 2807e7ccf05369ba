import { toCells, type VerdictRow } from "../../experiments/statistics/verdict-table.ts";
import { formatDollars } from "../../base/format-dollars.ts";
import { formatTable } from "../format-table.ts";
import { toSafeLine } from "../safe-text.ts";

export const EXPERIMENT_FIELDS = `name status role agent { slug } unit policy allocation sentence share
  suggestedArm { behaviorName } table { name units uses successRate differencePoints lowerPoints upperPoints
  pValue result errorRate avgResponseTimeMs costMicrosPerUse goodFeedback badFeedback
  arm { weight stopReason } }`;

type Row = Omit<VerdictRow, "key" | "result"> & {
  result: string;
  errorRate: number | null;
  avgResponseTimeMs: number | null;
  costMicrosPerUse: number | null;
  goodFeedback: number;
  badFeedback: number;
  arm: { weight: number; stopReason: string | null };
};

export type ShownExperiment = {
  name: string;
  status: string;
  role: string;
  agent: { slug: string } | null;
  unit: string;
  policy: string;
  allocation: string;
  sentence: string;
  share: number | null;
  suggestedArm: { behaviorName: string } | null;
  table: Row[];
};

/** The experiment's sentence, its table, and what an operator may do next. */
export function formatExperiment(experiment: ShownExperiment): string {
  const { name, status, agent, role, unit, policy, allocation } = experiment;
  const about = agent ? `@${agent.slug}` : `role ${role}`;
  const how = [unit, policy, allocation].map((word) => word.toLowerCase());
  const head = `${name}: ${status.toLowerCase()}, ${about}, by ${how[0]}, policy ${how[1]}, allocation ${how[2]}`;
  const next = sayNext(experiment);
  const parts = [head, experiment.sentence].map(toSafeLine);
  return [parts.join("\n"), formatRows(experiment.table), ...(next ? [next] : [])].join("\n\n");
}

const MORE_COLUMNS = ["errors %", "ms", "cost", "good", "bad"];

function formatRows(table: Row[]): string {
  const rows = table.map((row) => ({ ...row, key: row.name, result: toResult(row.result) }));
  const [heading = [], ...cells] = toCells(rows);
  return formatTable([
    [...heading, ...MORE_COLUMNS].map((column) => column.toUpperCase()),
    ...cells.map((line, at) => [...line, ...toMore(table[at])]),
  ]);
}

function toMore(row: Row | undefined): string[] {
  if (!row || row.uses === 0) return MORE_COLUMNS.map(() => "");
  return [
    (100 * (row.errorRate ?? 0)).toFixed(1),
    String(Math.round(row.avgResponseTimeMs ?? 0)),
    formatDollars(String(Math.round(row.costMicrosPerUse ?? 0))),
    String(row.goodFeedback),
    String(row.badFeedback),
  ];
}

/** As GraphQL has it, to the name that the table uses. */
function toResult(result: string): VerdictRow["result"] {
  return result.toLowerCase().replaceAll("_", "-") as VerdictRow["result"];
}

function sayNext({ name, status, suggestedArm, share }: ShownExperiment): string | undefined {
  if (suggestedArm) {
    return `Suggested: ${toSafeLine(suggestedArm.behaviorName)}. Accept with: troupe experiments promote ${toSafeLine(name)}`;
  }
  if (share !== null) return `${(100 * share).toFixed(0)} % have the promoted arm so far.`;
  return status === "DRAFT"
    ? `Start it with: troupe experiments start ${toSafeLine(name)}`
    : undefined;
}
