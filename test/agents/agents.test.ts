import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAgentDirectory } from "../../src/agents/agent-directory.ts";
import { AgentStatistics } from "../../src/agents/agent-statistics.ts";
import { Agent } from "../../src/agents/agent.ts";
import { requireAgent } from "../../src/agents/require-agent.ts";
import { setAgentStatus, updateAgent } from "../../src/agents/update-agent.ts";
import { countQueries } from "../support/count-queries.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";

const sizes = await testSizes();

describe.each(sizes)("the registry of agents, on $name", (size) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openTestApp({ size });
  });
  afterAll(() => app.close());

  const read = (slug: string) => requireAgent({ em: app.db.em() }, slug);

  it("gives a new agent its defaults and empty statistics", async () => {
    await app.addAgent({ slug: "fresh", name: "Fresh" });
    expect(await read("fresh")).toMatchObject({
      role: "generalist",
      status: "active",
      model: null,
      tools: null,
      behaviorId: null,
      memoryEnabled: true,
      version: 1,
    });
    const statistics = await app.statisticsOf("fresh");
    expect(statistics).toMatchObject({ tasksCompleted: 0, cyclesCompleted: 0, lastTaskAt: null });
    expect(statistics.successRate()).toBe(1);
    expect(statistics.avgResponseTimeMs()).toBe(0);
  });

  it("takes no second agent of a slug, and leaves nothing of it behind", async () => {
    await app.addAgent({ slug: "taken" });
    const before = await app.db.em().count(AgentStatistics);
    await expect(app.addAgent({ slug: "taken" })).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await app.db.em().count(AgentStatistics)).toBe(before);
  });

  it.each(["", "-a", "a-", "A", "a b", "a_b", "ä", "a".repeat(41)])(
    "refuses the slug %j, which nobody could mention",
    async (slug) => {
      await expect(app.addAgent({ slug })).rejects.toMatchObject({ code: "INVALID" });
    },
  );

  it("changes what is given and nothing else", async () => {
    await app.addAgent({ slug: "partly", name: "Before", notes: "kept", tools: ["time"] });
    await updateAgent({ em: app.db.em() }, "partly", { changes: { name: "After", tools: null } });
    expect(await read("partly")).toMatchObject({ name: "After", notes: "kept", tools: null });
  });

  it("replaces a personality as a whole", async () => {
    const personality = { traits: { openness: 1 }, interests: ["chess"] };
    await app.addAgent({ slug: "persona", personality });
    const changes = { personality: { expertise: ["go"] } };
    await updateAgent({ em: app.db.em() }, "persona", { changes });
    expect((await read("persona")).personality).toEqual({ expertise: ["go"] });
  });

  it("counts a version up with every change, and with none where nothing changed", async () => {
    await app.addAgent({ slug: "counted" });
    await setAgentStatus({ em: app.db.em() }, "counted", "paused");
    expect((await read("counted")).version).toBe(2);
    await setAgentStatus({ em: app.db.em() }, "counted", "paused");
    expect((await read("counted")).version).toBe(2);
  });

  it("tells one of two who change an agent at the same moment", async () => {
    await app.addAgent({ slug: "contested" });
    const changes = Array.from({ length: 4 }, (_, index) =>
      updateAgent({ em: app.db.em() }, "contested", { changes: { notes: String(index) } }),
    );
    const results = await Promise.allSettled(changes);
    const lost = results.filter((result) => result.status === "rejected");
    for (const { reason } of lost) {
      expect(reason).toMatchObject({
        code: "CONFLICT",
        message: expect.stringContaining("try again"),
      });
    }
    expect((await read("contested")).version).toBe(1 + results.length - lost.length);
  });

  it("remembers an agent exactly as long as its version is current", async () => {
    const { id } = await app.addAgent({ slug: "remembered", name: "One" });
    const directory = createAgentDirectory({ em: app.db.em });
    await directory.find(id, 1);
    const queries = countQueries(app.db);
    expect((await directory.find(id, 1)).name).toBe("One");
    expect(queries.stop()).toEqual([]);
    await updateAgent({ em: app.db.em() }, "remembered", { changes: { name: "Two" } });
    expect((await directory.find(id, 2)).name).toBe("Two");
  });
});

describe("an agent's rules", () => {
  it.each([
    ["active", undefined],
    ["paused", "Sage is paused at the moment. An operator can resume it."],
    ["stopped", "Sage has been stopped by an operator and takes no messages."],
  ] as const)("%s: it refuses with %j", (status, refusal) => {
    const agent = Object.assign(Object.create(Agent.prototype) as Agent, { name: "Sage", status });
    expect(agent.refusal()).toBe(refusal);
  });

  it("its success rate and mean time come from its tasks", () => {
    const statistics = Object.assign(Object.create(AgentStatistics.prototype) as AgentStatistics, {
      tasksCompleted: 4,
      tasksSucceeded: 3,
      totalResponseMs: 1000,
    });
    expect(statistics.successRate()).toBe(0.75);
    expect(statistics.avgResponseTimeMs()).toBe(250);
  });
});
