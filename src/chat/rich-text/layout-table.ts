import { displayWidth } from "./display-width.ts";
import { toWords } from "./inline-runs.ts";
import type { Alignment, Inline, List, ListItem, Table } from "./rich-text.ts";

// A chat window shows about so many monospace columns before it wraps.
const MAX_COLUMNS = 80;
const GAP = "  ";
const MAX_LABEL_SHARE = 4;
const COLON: Inline = { type: "text", text: ": " };

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

/**
 * A wide table as a list: one item for each row, one `header: cell` line for each cell that is not empty. Where headers would
 * outweigh the cells they come once, as the first item.
 */
export function listTable({ header, rows }: Table): List {
  const labelSize = rows.length * header.reduce((sum, cell) => sum + toWords(cell).length, 0);
  const size = rows.flat().reduce((sum, cell) => sum + toWords(cell).length, 0);
  const unused = header.some((_, column) => rows.every((row) => row[column]?.length === 0));
  const labelled = labelSize <= MAX_LABEL_SHARE * size + MAX_COLUMNS;
  const items = rows.map((row) => toItem(row, labelled ? header : []));
  const first = unused || !labelled ? [toItem(header, [])] : [];
  return { type: "list", start: undefined, tight: true, items: [...first, ...items] };
}

function toItem(cells: Inline[][], labels: Inline[][]): ListItem {
  const lines = cells.flatMap((cell, column): Inline[] => {
    const label = labels[column] ?? [];
    if (cell.length === 0) return [];
    const start: Inline[] = label.length === 0 ? [] : [{ type: "strong", children: label }, COLON];
    return [{ type: "break" }, ...start, ...cell];
  });
  return { checked: undefined, children: [{ type: "paragraph", children: lines.slice(1) }] };
}
