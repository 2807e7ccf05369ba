import { newId } from "../../base/ids.ts";
import { parseToolInput } from "../answer.ts";
import type { ToolCall } from "../language-model.ts";

/** A part of a tool call as endpoints really send it: anything may be missing. */
export type ToolCallPart = {
  index?: number;
  id?: string | null;
  function?: { name?: string | null; arguments?: unknown };
};

/** Puts tool calls together from the parts of a stream. */
export type ToolCallParts = {
  add(part: ToolCallPart): void;
  /** `isWhole` is false where the answer was cut off; calls without an id get one. */
  toCalls(isWhole: boolean): ToolCall[];
};

type OpenCall = { index: number | undefined; id: string; name: string; json: string };

export function createToolCallParts(): ToolCallParts {
  const calls: OpenCall[] = [];

  function add(part: ToolCallPart): void {
    const id = part.id ?? "";
    const name = part.function?.name ?? "";
    const open = calls.findLast((call) => call.index === part.index);
    const call = open && isSameCall(open, id, name) ? open : begin(part.index);
    call.id ||= id;
    call.name ||= name;
    call.json += toJson(part.function?.arguments);
  }

  function begin(index: number | undefined): OpenCall {
    const call = { index, id: "", name: "", json: "" };
    calls.push(call);
    return call;
  }

  const toCalls = (isWhole: boolean) =>
    calls.map(({ id, name, json }) => ({
      id: id || newId(),
      name,
      input: parseToolInput(json, isWhole),
    }));

  return { add, toCalls };
}

/**
 * Parts of one call share an index. Endpoints that send calls in one piece may leave the index out or
 * number every call 0: another id, or a name after arguments, begins another call.
 */
function isSameCall(open: OpenCall, id: string, name: string): boolean {
  if (id !== "" && open.id !== "") return id === open.id;
  return name === "" || open.name === "" || open.json === "";
}

/** Some endpoints send the arguments as an object instead of a string. */
function toJson(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}
