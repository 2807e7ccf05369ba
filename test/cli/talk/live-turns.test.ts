import { describe, expect, it } from "vitest";
import { createLiveTurns, type LiveTurns } from "../../../src/cli/talk/live-turns.ts";

const turn = { turnId: "t1", agent: { name: "Sage" } };

function think(turns: LiveTurns): void {
  turns.apply({ ...turn, __typename: "AgentThinking", status: "thinking" });
}

function delta(turns: LiveTurns, text: string, position: number): void {
  turns.apply({ ...turn, __typename: "ReplyDelta", text, position });
}

function useTool(turns: LiveTurns, toolStatus: "RUNNING" | "DONE"): void {
  turns.apply({ ...turn, __typename: "ToolExecution", tool: "calculator", toolStatus });
}

function first(turns: LiveTurns) {
  const [found] = turns.all();
  return { doing: found?.doing, text: found?.text };
}

describe("answers in the making", () => {
  it("go from thinking to a tool, back, and to words", () => {
    const turns = createLiveTurns();
    think(turns);
    expect(first(turns)).toEqual({ doing: "is thinking", text: "" });
    useTool(turns, "RUNNING");
    expect(first(turns)).toEqual({ doing: "uses calculator", text: "" });
    useTool(turns, "DONE");
    expect(first(turns)).toEqual({ doing: "is thinking", text: "" });
    delta(turns, "It is ", 0);
    delta(turns, "42.", 6);
    expect(first(turns)).toEqual({ doing: undefined, text: "It is 42." });
    expect([...(turns.finish("t1")?.tools ?? [])]).toEqual(["calculator"]);
    expect(turns.all()).toEqual([]);
  });

  it("show where a delta was missed", () => {
    const turns = createLiveTurns();
    delta(turns, "one ", 0);
    delta(turns, "three", 8);
    expect(first(turns).text).toBe("one  … three");
    delta(turns, " four", 13);
    expect(first(turns).text).toBe("one  … three four");
  });

  it("do not double a delta that comes twice", () => {
    const turns = createLiveTurns();
    delta(turns, "one ", 0);
    delta(turns, "two", 4);
    delta(turns, "two", 4);
    expect(first(turns).text).toBe("one two");
  });

  it("begin anew when another worker begins the turn anew", () => {
    const turns = createLiveTurns();
    delta(turns, "half an ans", 0);
    think(turns);
    delta(turns, "An answer", 0);
    expect(first(turns).text).toBe("An answer");
  });

  it("begin a new line after a tool", () => {
    const turns = createLiveTurns();
    delta(turns, "Let me see. ", 0);
    useTool(turns, "RUNNING");
    delta(turns, "Seven.", 12);
    expect(first(turns).text).toBe("Let me see.\nSeven.");
  });

  it("ignore what arrives after the reply was posted", () => {
    const turns = createLiveTurns();
    turns.finish("t1");
    delta(turns, "late", 0);
    think(turns);
    expect(turns.all()).toEqual([]);
  });
});
