import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { switchBehavior } from "../../src/behaviors/assignments/switch-behavior.ts";
import { loadEffectiveBehaviors } from "../../src/behaviors/engine/effective-behavior.ts";
import { bindAgent } from "../../src/rooms/bind-agent.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";

const sizes = await testSizes();
const manner = (tone: string) => `return { personality = { tone = "${tone}" } }`;

describe.each(sizes)("a behavior switched in a room, on $name", (size) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openTestApp({ size });
    await app.addBehavior({ name: "pirate", role: "nobody", script: manner("salty") });
    await app.addBehavior({ name: "butler", role: "nobody", script: manner("courteous") });
    await app.work();
  });
  afterAll(() => app.close());

  const change = (room: string, behavior: string | null) =>
    switchBehavior({ em: app.db.em() }, `console:${room}`, { agent: "sage", behavior });
  const behaviorIn = async (room: string) => {
    const turn = await app.ask(room, "Ana", "@sage hello");
    const [step] = await app.stepsOf(turn.id, "behave");
    return step?.name;
  };

  it("shapes the next answer there and in its threads, and nowhere else, until it is reset", async () => {
    const own = await behaviorIn("deck");
    await change("deck", "pirate");
    expect(await behaviorIn("deck")).toBe("pirate");
    expect(await behaviorIn("deck:mast")).toBe("pirate");
    expect(await behaviorIn("cabin")).toBe(own);
    await change("deck:mast", "butler");
    expect(await behaviorIn("deck:mast")).toBe("butler");
    expect(await behaviorIn("deck")).toBe("pirate");
    const effective = await loadEffectiveBehaviors(app.control, "console:deck:mast");
    expect([...effective.values()]).toMatchObject([{ name: "butler", source: "room" }]);
    await change("deck", null);
    expect(await behaviorIn("deck")).toBe(own);
  });

  it("refuses what is retired or unknown, and agents that are not there", async () => {
    await app.ask("hold", "Ana", "@sage hello");
    await app.db.em().execute("update behavior set status = 'retired' where name = 'butler'");
    await expect(change("hold", "butler")).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(change("hold", "nothing")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(change("nowhere", "pirate")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("falls back to the agent's own where the behavior was deleted", async () => {
    const own = await behaviorIn("bow");
    await app.addBehavior({ name: "brief", role: "nobody", script: manner("short") });
    await change("bow", "brief");
    expect(await behaviorIn("bow")).toBe("brief");
    await app.db.em().execute("delete from behavior where name = 'brief'");
    expect(await behaviorIn("bow")).toBe(own);
  });
});

describe.each(sizes)("the threads of a channel, on $name", (size) => {
  it("begin with its agents, and follow when one is bound anew", async () => {
    const app = await openTestApp({ size });
    await app.work();
    await app.addAgent({ slug: "luna" });
    const scope = { em: app.db.em(), directory: app.control.directory };
    const bind = (mode: "always" | "off") =>
      bindAgent(scope, "console:plaza", { slug: "luna", mode });
    await bind("always");
    const members = async () => {
      const room = await app.control.directory.refresh("console:plaza:thread");
      return room.members.map(({ slug, mode }) => `${slug} ${mode}`).toSorted();
    };
    await app.say("plaza:thread", "Ana", "Hi");
    expect(await members()).toEqual(["luna always", "sage mention"]);
    await bind("off");
    expect(await members()).toContain("luna off");
    await app.close();
  });
});
