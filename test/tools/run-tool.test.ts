import { describe, expect, it } from "vitest";
import { z } from "zod";
import { runTool } from "../../src/tools/run-tool.ts";
import { defineTool, type Tool } from "../../src/tools/tool.ts";
import { createToolbox } from "../../src/tools/toolbox.ts";
import { createTestClock } from "../support/test-clock.ts";

function aTool(execute: Tool["execute"], timeoutMs = 1000): Tool {
  return defineTool({
    name: "probe",
    description: "For tests.",
    input: z.object({ n: z.number().optional() }),
    timeoutMs,
    execute,
  });
}

function run(tool: Tool, input: unknown = {}, signal = new AbortController().signal) {
  const context = { clock: createTestClock(), timeZone: "UTC", callKey: "turn/1/0", signal };
  return runTool(new Map([[tool.name, tool]]), { id: "c", name: "probe", input }, context);
}

const forever = () => new Promise<string>(() => undefined);

describe("running a tool", () => {
  it("answers with what it returned", async () => {
    expect(await run(aTool(() => "fine"))).toEqual({ output: "fine", isError: false });
    expect(await run(aTool(async () => "late"))).toEqual({ output: "late", isError: false });
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("no");
      },
    ],
    ["rejects", () => Promise.reject(new Error("no"))],
    [
      "throws no error",
      () => {
        throw "no";
      },
    ],
  ])("tells when it %s", async (_how, execute) => {
    expect(await run(aTool(execute))).toEqual({ output: "probe failed: no", isError: true });
  });

  it("gives up at its deadline and aborts its signal", async () => {
    let aborted: AbortSignal | undefined;
    const result = await run(
      aTool((_input, { signal }) => {
        aborted = signal;
        return forever();
      }, 20),
    );
    expect(result).toEqual({ output: "probe failed: it took longer than 20 ms", isError: true });
    expect(aborted?.aborted).toBe(true);
  });

  it("ends when the turn is stopped, also where it was stopped before", async () => {
    const stop = new AbortController();
    const running = run(aTool(forever, 60_000), {}, stop.signal);
    stop.abort();
    expect((await running).isError).toBe(true);
    expect((await run(aTool(forever, 60_000), {}, stop.signal)).isError).toBe(true);
  });

  it.each([[null], ["text"], [[]], [{ n: "7" }], ['{"n": 7']])(
    "does not run with the input %j, and says what does not fit",
    async (input) => {
      let ran = false;
      const result = await run(
        aTool(() => {
          ran = true;
          return "";
        }),
        input,
      );
      expect(result).toMatchObject({
        isError: true,
        output: expect.stringMatching(/^The input does not fit: /),
      });
      expect(ran).toBe(false);
    },
  );

  it("cuts what is too long for a model, between two characters", async () => {
    const { output } = await run(aTool(() => `a${"😀".repeat(20_000)}`));
    expect(output.length).toBeLessThanOrEqual(20_000);
    expect(output.isWellFormed()).toBe(true);
  });

  it("names the tools there are when asked for another", async () => {
    const context = {
      clock: createTestClock(),
      timeZone: "UTC",
      callKey: "turn/1/0",
      signal: new AbortController().signal,
    };
    const call = { id: "c", name: "__proto__", input: {} };
    expect(await runTool(createToolbox(), call, context)).toEqual({
      output: 'There is no tool "__proto__" here. Tools: calculator, time.',
      isError: true,
    });
    expect((await runTool(new Map(), call, context)).output).toContain("Tools: none.");
  });

  it("offers models a JSON Schema of an object for each tool", () => {
    for (const { spec } of createToolbox().values()) {
      expect(spec.inputSchema).toMatchObject({ type: "object", properties: expect.any(Object) });
      expect(spec.inputSchema).not.toHaveProperty("$schema");
      expect(spec.description).not.toBe("");
    }
  });
});
