import { toSafeLine } from "./safe-text.ts";

/** Rows of cells in aligned columns, two spaces apart, each cell made safe and put on one line. */
export function formatTable(rows: string[][]): string {
  const safe = rows.map((row) => row.map(toSafeLine));
  const widths: number[] = [];
  for (const row of safe) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return safe
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
