import type { Flaw } from "./flaw.ts";

type ToolResult = { name: string; isError: boolean };

/**
 * `failed_tool` where the last call of one of the agent's tools failed. A tool that does not exist
 * is the model's own invention, and nothing that the answer needed.
 */
export function findToolFlaw(
  results: readonly ToolResult[],
  tools: ReadonlyMap<string, unknown>,
): Flaw | undefined {
  const ended = new Map(results.map(({ name, isError }) => [name, isError]));
  const failed = Array.from(ended).some(([name, isError]) => isError && tools.has(name));
  return failed ? "failed_tool" : undefined;
}
