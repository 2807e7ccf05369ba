import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { defineTool } from "../../src/tools/tool.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";

const broken = defineTool({
  name: "broken",
  description: "Always fails.",
  input: z.object({}),
  timeoutMs: 1000,
  execute() {
    throw new Error("the fuse has blown");
  },
});

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ tools: [broken] });
  await app.work();
});
afterAll(() => app.close());

const offered = () => app.model.requests.at(-1)?.tools.map(({ name }) => name);
const lastResults = () => {
  const last = app.model.requests.at(-1)?.messages.at(-1);
  return last?.role === "tool" ? last.results : [];
};

describe("tools in a turn", () => {
  it("an agent without tools of its own has those of its role", async () => {
    await app.ask("role-tools", "Ana", "Hello");
    expect(offered()).toEqual(["calculator", "time"]);
  });

  it("an agent that names its tools has those and no others", async () => {
    await app.addAgent({ slug: "clockmaker", tools: ["time"] });
    await app.ask("own-tools", "Ana", "@clockmaker hello");
    expect(offered()).toEqual(["time"]);
  });

  it("a tool that fails is told to the model, which answers all the same", async () => {
    await app.addAgent({ slug: "unlucky", tools: ["broken"] });
    app.model.script(
      { toolCalls: [{ id: "c1", name: "broken", input: {} }] },
      { text: "The tool does not work today." },
    );
    const turn = await app.ask("broken-tool", "Ana", "@unlucky try it");
    expect(turn.status).toBe("done");
    expect(lastResults()).toEqual([
      {
        callId: "c1",
        name: "broken",
        output: "broken failed: the fuse has blown",
        isError: true,
      },
    ]);
    const [tool] = await app.stepsOf(turn.id, "tool");
    expect(tool).toMatchObject({ name: "broken", status: "failed" });
    expect(await app.replyTo(turn.id)).toBe("The tool does not work today.");
  });

  it("a tool that was not offered is refused, and the model told which there are", async () => {
    app.model.script(
      { toolCalls: [{ id: "c1", name: "shell", input: { command: "rm -rf /" } }] },
      { text: "I cannot do that." },
    );
    const turn = await app.ask("unoffered", "Ana", "Delete everything");
    expect(lastResults()).toMatchObject([
      {
        isError: true,
        output: 'There is no tool "shell" here. Tools: calculator, time.',
      },
    ]);
    expect((await app.stepsOf(turn.id, "tool"))[0]).toMatchObject({ status: "failed" });
  });

  it("arguments that are no JSON reach the model as a fault of its own", async () => {
    app.model.script(
      { toolCalls: [{ id: "c1", name: "calculator", input: '{"expression": ' }] },
      { text: "Sorry." },
    );
    const turn = await app.ask("bad-arguments", "Ana", "Calculate");
    expect(turn.status).toBe("done");
    expect(lastResults()).toMatchObject([
      { isError: true, output: expect.stringContaining("The input does not fit") },
    ]);
  });

  it("several calls in one answer are all made, in order", async () => {
    app.model.script(
      {
        toolCalls: [
          { id: "c1", name: "calculator", input: { expression: "1 + 1" } },
          { id: "c2", name: "calculator", input: { expression: "2 + 2" } },
        ],
      },
      { text: "Two and four." },
    );
    await app.ask("several", "Ana", "Calculate both");
    expect(lastResults().map(({ callId, output }) => `${callId} ${output}`)).toEqual([
      "c1 2",
      "c2 4",
    ]);
  });

  it("calls that carry the same id are told apart by their order", async () => {
    const call = (expression: string) => ({
      toolCalls: [{ id: "same", name: "calculator", input: { expression } }],
    });
    app.model.script(call("1 + 1"), call("2 + 2"), { text: "Done." });
    const turn = await app.ask("same-id", "Ana", "Twice");
    const outputs = (await app.stepsOf(turn.id, "tool")).map(({ output }) => output);
    expect(outputs).toMatchObject([{ output: "2" }, { output: "4" }]);
  });

  it("a model that never stops asking is stopped after eight rounds, without tools in the last", async () => {
    app.model.respond(() => ({
      toolCalls: [{ id: "c", name: "calculator", input: { expression: "1" } }],
    }));
    const turn = await app.ask("endless-tools", "Ana", "Go on for ever");
    app.model.respond(() => ({ text: "Fine." }));
    expect(await app.stepsOf(turn.id, "reply")).toHaveLength(8);
    expect(await app.stepsOf(turn.id, "tool")).toHaveLength(7);
    expect(offered()).toEqual([]);
    expect(turn).toMatchObject({
      status: "failed",
      reason: "empty: the model still asked for tools after 8 rounds",
    });
  });

  it("the time tool answers in the person's own zone", async () => {
    const { messageId } = await app.say("zone", "Noor", "@nobody first");
    await app.changePerson(messageId, { timeZone: "Asia/Tokyo" });
    app.clock.set("2026-03-10T20:00:00Z");
    app.model.script(
      { toolCalls: [{ id: "c1", name: "time", input: {} }] },
      { text: "It is early." },
    );
    await app.ask("zone", "Noor", "What time is it?");
    expect(lastResults()[0]?.output).toBe(
      "Wednesday, 2026-03-11, 05:00:00 in Asia/Tokyo (UTC+09:00)",
    );
  });
});
