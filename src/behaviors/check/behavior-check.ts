import type { LuaFailure } from "../../lua/lua-outcome.ts";

/** Something that keeps a script from being stored. */
export type BehaviorProblem = {
  outcome: LuaFailure["outcome"];
  message: string;
  line?: number;
  column?: number;
  /** The field of the result that breaks the contract, and what it must be. */
  field?: string;
  expected?: string;
  /** The situation in which it showed; absent where the script does not even compile. */
  situation?: string;
};

export type BehaviorCheck = {
  ok: boolean;
  problems: BehaviorProblem[];
  /** Fields and tools that nobody knows: they are passed over. */
  warnings: string[];
  /** Situations tried. */
  situations: number;
};

/** A problem as one line: where it is, what is wrong, and in which situation. */
export function describeProblem({ line, column, message, situation }: BehaviorProblem): string {
  const where = [
    ...(line === undefined ? [] : [`line ${line}`]),
    ...(column === undefined ? [] : [`column ${column}`]),
  ].join(", ");
  // Lua's own messages begin with the script's name and the line again.
  const said = message.replace(/^[^:\s]+:\d+: /, "");
  return `${where && `${where}: `}${said}${situation === undefined ? "" : ` (${situation})`}`;
}
