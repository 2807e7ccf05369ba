import { PassThrough, Writable } from "node:stream";

/** A terminal as far as a line editor needs one: what is written to it ends up on `screen`. */
export type FakeTerminal = {
  input: PassThrough;
  output: Writable & { columns: number; rows: number };
  /** Types as a person does; `\r` is Enter, `\u0003` Ctrl-C, `\u0004` Ctrl-D. */
  type(keys: string): void;
  /** All rows from the first on, scrolled off or not, without empty ones at the end. */
  screen(): string[];
  resize(columns: number): void;
};

// Cursor movements, clearing, colours: everything the client and readline use.
const PIECE = /\p{Cc}\[(\d*)([A-HJKm])|[^]/gu;

/** Every character takes one cell, so tests keep to narrow ones. Folded rows join the next by no mark. */
export function createFakeTerminal(columns = 80, rows = 24): FakeTerminal {
  const cells: string[][] = [[]];
  let row = 0;
  let column = 0;

  function put(character: string): void {
    if (column >= output.columns) {
      column = 0;
      row++;
    }
    const line = (cells[row] ??= []);
    while (line.length < column) line.push(" ");
    line[column] = character;
    column++;
  }

  const commands: Record<string, (count: number) => void> = {
    A: (count) => (row = Math.max(row - (count || 1), 0)),
    B: (count) => (row += count || 1),
    C: (count) => (column = Math.min(column + (count || 1), output.columns - 1)),
    D: (count) => (column = Math.max(column - (count || 1), 0)),
    G: (count) => (column = Math.max(count - 1, 0)),
    J: () => {
      cells[row] = (cells[row] ?? []).slice(0, column);
      cells.length = row + 1;
    },
    m: () => {},
  };

  function write(text: string): void {
    for (const [piece, count, command] of text.matchAll(PIECE)) {
      if (command !== undefined) commands[command]?.(Number(count));
      else if (piece === "\r") column = 0;
      else if (piece === "\n") {
        row++;
        column = 0;
      } else put(piece);
    }
    for (let index = 0; index <= row; index++) cells[index] ??= [];
  }

  const input = new PassThrough();
  const output = Object.assign(
    new Writable({
      decodeStrings: false,
      write(chunk: string | Buffer, _encoding, done) {
        write(chunk.toString());
        done();
      },
    }),
    { columns, rows },
  );
  return {
    input,
    output,
    type: (keys) => void input.write(keys),
    screen: () => {
      const text = cells.map((line) => line.join("").trimEnd()).join("\n");
      return text.trimEnd().split("\n");
    },
    resize(width) {
      output.columns = width;
      output.emit("resize");
    },
  };
}
