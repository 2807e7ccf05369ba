import { displayWidth } from "./display-width.ts";
import { toWords } from "./inline-runs.ts";
import type { Alignment, Inline, List, Table } from "./rich-text.ts";

// A chat window shows about so many monospace columns before it wraps.
const MAX_COLUMNS = 80;
const GAP = "  ";

/** The table as aligned monospace lines, or undefined where it is too wide to be read that way. */
export function layoutTable(table: Table): string | undefined {
  const rows = [table.header, ...table.rows].map((row) =>
    row.map((cell) => toWords(cell).replace(/\s+/g, " ").trim()),
  );
  const widths = table.header.map((_, column) =>
    rows.reduce((widest, row) => Math.max(widest, displayWidth(row[column] ?? "")), 1),
  );
  const total = widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length);
  if (total > MAX_COLUMNS) return undefined;
  const line = (cells: string[]) =>
    cells
      .map((cell, column) => pad(cell, widths[column] ?? 0, table.align[column] ?? "left"))
      .join(GAP)
      .trimEnd();
  const [header = [], ...body] = rows;
  return [line(header), line(widths.map((width) => "─".repeat(width))), ...body.map(line)].join(
    "\n",
  );
}

function pad(cell: string, width: number, align: Alignment): string {
  const missing = Math.max(0, width - displayWidth(cell));
  const before = { left: 0, center: missing >> 1, right: missing }[align];
  return " ".repeat(before) + cell + " ".repeat(missing - before);
}

/** A wide table as a list: one item for each row, one `header: cell` line for each cell that is not empty. */
export function listTable(table: Table): List {
  const items = (table.rows.length > 0 ? table.rows : [table.header]).map((row) => {
    const lines = row.flatMap((cell, column) => labelCell(table.header[column] ?? [], cell, row));
    return {
      checked: undefined,
      children: [{ type: "paragraph" as const, children: lines.slice(1) }],
    };
  });
  return { type: "list", start: undefined, tight: true, items };
}

function labelCell(header: Inline[], cell: Inline[], row: Inline[][]): Inline[] {
  if (cell.length === 0) return [];
  const isHeader = row.includes(header);
  const label: Inline[] =
    isHeader || header.length === 0
      ? []
      : [
          { type: "strong", children: header },
          { type: "text", text: ": " },
        ];
  return [{ type: "break" }, ...label, ...cell];
}
