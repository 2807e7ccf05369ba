import { z } from "zod";
import { toErrorMessage } from "../base/errors.ts";
import type { ToolCall } from "../llm/language-model.ts";
import { takeConfidence } from "./stated-confidence.ts";
import type { Tool, ToolContext } from "./tool.ts";

const LONGEST_OUTPUT = 20_000;

export type ToolResult = { output: string; isError: boolean };

/**
 * Runs one call that a model asked for; never rejects. An unknown or forbidden tool, an input that
 * does not fit, an exception and a deadline are all results the model can react to.
 */
export async function runTool(
  allowed: ReadonlyMap<string, Tool>,
  call: ToolCall,
  context: ToolContext,
): Promise<ToolResult> {
  const tool = allowed.get(call.name);
  if (!tool) {
    const names = [...allowed.keys()].join(", ") || "none";
    return { output: `There is no tool "${call.name}" here. Tools: ${names}.`, isError: true };
  }
  const given = tool.hasEffects ? takeConfidence(call.input).input : call.input;
  const input = tool.input.safeParse(given);
  if (!input.success) {
    return { output: `The input does not fit: ${z.prettifyError(input.error)}`, isError: true };
  }
  const deadline = AbortSignal.timeout(tool.timeoutMs);
  try {
    const signal = AbortSignal.any([context.signal, deadline]);
    const work = Promise.resolve(tool.execute(input.data, { ...context, signal }));
    const output = await Promise.race([work, rejectOnAbort(signal)]);
    return { output: cut(output), isError: false };
  } catch (error) {
    const late = deadline.aborted ? `it took longer than ${tool.timeoutMs} ms` : undefined;
    return { output: `${tool.name} failed: ${late ?? toErrorMessage(error)}`, isError: true };
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new Error("stopped"));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}

function cut(output: string): string {
  if (output.length <= LONGEST_OUTPUT) return output;
  const end = /[\uD800-\uDBFF]$/.test(output.slice(0, LONGEST_OUTPUT)) ? 1 : 0;
  return output.slice(0, LONGEST_OUTPUT - end);
}
