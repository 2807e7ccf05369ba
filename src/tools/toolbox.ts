import { calculator } from "./calculator.ts";
import { time } from "./time.ts";
import type { Tool } from "./tool.ts";

/** All tools of this installation by name. A new built-in tool is listed here. */
export type Toolbox = ReadonlyMap<string, Tool>;

export function createToolbox(): Toolbox {
  return new Map([calculator, time].map((tool) => [tool.name, tool]));
}
