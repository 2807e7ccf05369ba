import type { ArmComparison, ArmsComparison } from "./compare-arms.ts";
import { COMPARISON_RESULTS } from "./compare-success.ts";
import { sayInterval, sayNumber } from "./verdict-words.ts";

export const ROW_RESULTS = ["control", "stopped", ...COMPARISON_RESULTS] as const;

/** An arm as its readers know it. */
export type VerdictArm = {
  key: string;
  name: string;
  uses: number;
  /** Persons or rooms that were given the arm; its uses where each use draws its own. */
  units: number;
  successes: number;
};

export type VerdictRow = {
  key: string;
  name: string;
  uses: number;
  units: number;
  /** 0 to 1; null before the first use. */
  successRate: number | null;
  /** Arm minus control in percentage points; null for control itself. */
  differencePoints: number | null;
  lowerPoints: number | null;
  upperPoints: number | null;
  /** Always valid and corrected for the number of arms; null for control itself. */
  pValue: number | null;
  result: (typeof ROW_RESULTS)[number];
};

/** One row for each arm, in the order given. */
export function toVerdictTable(
  arms: readonly VerdictArm[],
  comparison: ArmsComparison,
): VerdictRow[] {
  return arms.map((arm) => {
    const compared = comparison.comparisons.find(({ key }) => key === arm.key);
    return compared === undefined ? toControlRow(arm) : toComparedRow(arm, compared);
  });
}

function toControlRow({ key, name, uses, units, successes }: VerdictArm): VerdictRow {
  return {
    key,
    name,
    uses,
    units,
    successRate: uses === 0 ? null : successes / uses,
    differencePoints: null,
    lowerPoints: null,
    upperPoints: null,
    pValue: null,
    result: "control",
  };
}

function toComparedRow(arm: VerdictArm, compared: ArmComparison): VerdictRow {
  return {
    ...toControlRow(arm),
    differencePoints: compared.differencePoints,
    lowerPoints: compared.intervalPoints.lower,
    upperPoints: compared.intervalPoints.upper,
    pValue: compared.adjustedPValue,
    result: compared.stopped ? "stopped" : compared.result,
  };
}

const COLUMNS = ["Arm", "Units", "Uses", "Success %", "Difference", "Interval", "p", "Result"];

/** The table as text: a line of headings, then one line for each row; empty where there is nothing to say. */
export function toCells(rows: readonly VerdictRow[]): string[][] {
  return [
    COLUMNS,
    ...rows.map((row) => [
      row.name,
      String(row.units),
      String(row.uses),
      row.successRate === null ? "" : sayNumber(100 * row.successRate),
      row.differencePoints === null ? "" : sayNumber(row.differencePoints),
      row.lowerPoints === null || row.upperPoints === null
        ? ""
        : sayInterval({ lower: row.lowerPoints, upper: row.upperPoints }),
      row.pValue === null ? "" : row.pValue.toFixed(3),
      row.result,
    ]),
  ];
}
