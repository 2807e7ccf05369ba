import { createInterface, type Interface } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import { countCells } from "../wrap-text.ts";

/** A terminal of which the last rows are redrawn: what is in the making, and the line being typed. */
export type Screen = {
  /** Adds lines that stay. */
  print(text: string): void;
  /** Replaces the rows above the prompt; each row given must fit into `columns` cells. */
  setLive(render: (columns: number) => string[]): void;
  /** Takes the prompt and the live rows away and gives the terminal back. */
  close(): void;
};

type Options = {
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream & { columns?: number; rows?: number };
  prompt: string;
  complete: (line: string) => [matches: string[], word: string];
  /** A line was entered; it stays on the screen. */
  onLine: (line: string) => void;
  /** Ctrl-D, Ctrl-C on an empty line, or the terminal went away. */
  onLeave: () => void;
};

/** `prevRows` is how many rows readline goes up before it draws the line anew; its types leave it out. */
type LineEditor = Interface & { prevRows?: number };

export function createScreen(options: Options): Screen {
  const { input, output, prompt } = options;
  const line: LineEditor = createInterface({
    input,
    output,
    prompt,
    completer: options.complete,
    terminal: true,
    historySize: 500,
  });
  let renderLive: (columns: number) => string[] = () => [];
  let drawnRows: number[] = [];
  let closed = false;

  const columns = () => Math.max(output.columns ?? 80, 10);

  /** Goes to the first live row and clears from there. `typedRows` are the rows above the cursor. */
  function erase(typedRows: number): string {
    // After a change of width the terminal has folded long rows.
    const live = drawnRows.reduce((sum, cells) => sum + Math.ceil(cells / columns()), 0);
    drawnRows = [];
    const up = live + typedRows;
    return `${up > 0 ? `\u001B[${up}A` : ""}\r\u001B[J`;
  }

  function draw(permanent: string, typedRows = line.getCursorPos().rows): void {
    if (closed) return;
    const cleared = erase(typedRows);
    const room = Math.max((output.rows ?? 24) - 2 - line.getCursorPos().rows, 1);
    // One cell is kept free: some terminals fold a row that fills its line.
    const live = renderLive(columns() - 1).slice(-room);
    drawnRows = live.map((row) => Math.max(countCells(stripVTControlCharacters(row)), 1));
    const kept = permanent === "" ? "" : `${permanent}\n`;
    output.write(`${cleared}${kept}${live.map((row) => `${row}\n`).join("")}`);
    line.prevRows = 0;
    line.prompt(true);
  }

  line.on("line", (text) => {
    line.setPrompt(prompt + text);
    const typedRows = line.getCursorPos().rows + 1;
    line.setPrompt(prompt);
    draw(prompt + text, typedRows);
    options.onLine(text);
  });
  // Readline does not count the rows that pasted text folds into.
  const countRows = () => {
    line.prevRows = line.getCursorPos().rows;
  };
  input.on("keypress", countRows);
  line.on("SIGINT", () => {
    if (line.line === "") return options.onLeave();
    line.write(null, { ctrl: true, name: "e" });
    line.write(null, { ctrl: true, name: "u" });
  });
  line.on("SIGCONT", () => draw(""));
  line.on("close", () => options.onLeave());
  const resize = () => draw("");
  output.on("resize", resize);
  line.prompt();

  return {
    print: (text) => draw(text),
    setLive(render) {
      renderLive = render;
      draw("");
    },
    close() {
      if (closed) return;
      output.write(erase(line.getCursorPos().rows));
      closed = true;
      output.off("resize", resize);
      input.off("keypress", countRows);
      line.close();
    },
  };
}
