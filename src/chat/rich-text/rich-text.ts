/** A piece of a line. Styles may nest; a link holds no further link. */
export type Inline =
  | { type: "text"; text: string }
  | { type: "strong" | "emphasis" | "strike"; children: Inline[] }
  | { type: "code"; text: string }
  | { type: "link"; url: string; children: Inline[] }
  | { type: "image"; url: string; alt: string }
  | { type: "break" };

export type ListItem = {
  /** Set on the items of a task list only. */
  checked: boolean | undefined;
  children: Block[];
};

export type List = {
  type: "list";
  /** The number of the first item of an ordered list; undefined for bullets. */
  start: number | undefined;
  /** A tight list has no blank lines between its items. */
  tight: boolean;
  items: ListItem[];
};

export const ALIGNMENTS = ["left", "center", "right"] as const;
export type Alignment = (typeof ALIGNMENTS)[number];

export type Table = {
  type: "table";
  align: Alignment[];
  header: Inline[][];
  /** Each row has as many cells as the header. */
  rows: Inline[][][];
};

export type Block =
  | { type: "paragraph"; children: Inline[] }
  | { type: "heading"; level: number; children: Inline[] }
  | { type: "code"; language: string; text: string }
  | { type: "quote"; children: Block[] }
  | { type: "rule" }
  | List
  | Table;

/** What a message says, whatever platform shows it: the blocks from top to bottom. */
export type RichText = readonly Block[];
