import type { Finding } from "../../base/finding.ts";
import { formatTable } from "../format-table.ts";

const SIGNS: Record<Finding["state"], string> = {
  ok: "ok",
  off: "off",
  warning: "warning",
  failed: "FAILED",
};

/** One line for each finding. */
export function formatFindings(findings: readonly Finding[]): string {
  return formatTable(findings.map(({ state, what, detail }) => [SIGNS[state], what, detail]));
}

export function hasFailed(findings: readonly Finding[]): boolean {
  return findings.some(({ state }) => state === "failed");
}
