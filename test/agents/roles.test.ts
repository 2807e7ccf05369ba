import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ControlPlane, openControlPlane } from "../support/control-plane.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
let door: ControlPlane;

beforeAll(async () => {
  app = await openTestApp();
  await app.work();
  door = openControlPlane(app.control);
});
afterAll(() => app.close());

const FIELDS = "{ name description tools }";
const create = (input: string) =>
  door.ask(`mutation { createRole(input: { ${input} }) ${FIELDS} }`);
const update = (name: string, input: string) =>
  door.ask(`mutation { updateRole(name: "${name}", input: { ${input} }) ${FIELDS} }`);

describe("roles", () => {
  it("are data: made, listed and changed without a new version", async () => {
    await create(`name: "astrologer", description: "Reads stars.", tools: ["time", "time"]`);
    await update("astrologer", `description: "Reads the sky."`);
    const { roles } = await door.ask<{ roles: object[] }>(`{ roles ${FIELDS} }`);
    expect(roles).toContainEqual({
      name: "astrologer",
      description: "Reads the sky.",
      tools: ["time"],
    });
  });

  it("decide the tools of their agents' next turn", async () => {
    await create(`name: "counter", tools: ["calculator"]`);
    await app.addAgent({ slug: "abacus", role: "counter" });
    const toolsOf = async () => {
      await app.ask("abacus", "Ana", "@abacus hello");
      return app.model.requests.at(-1)?.tools.map(({ name }) => name);
    };
    expect(await toolsOf()).toEqual(["calculator"]);
    await update("counter", `tools: ["time", "calculator", "not_installed"]`);
    expect(await toolsOf()).toEqual(["time", "calculator"]);
  });

  it("give their agents a persona, from the next turn on, unless an agent has its own", async () => {
    await create(`name: "bard"`);
    await app.addAgent({ slug: "lute", role: "bard" });
    await app.addAgent({ slug: "harp", role: "bard", personality: { interests: ["strings"] } });
    const promptOf = async (slug: string) => {
      await app.ask(slug, "Ana", `@${slug} hello`);
      return app.model.requests.at(-1)?.system ?? "";
    };
    expect(await promptOf("lute")).not.toContain("ballads");
    await promptOf("harp");
    await update("bard", `personality: { interests: ["ballads"] }`);
    expect(await promptOf("lute")).toContain("ballads");
    expect(await promptOf("harp")).not.toContain("ballads");
    await update("bard", `personality: null`);
    expect(await promptOf("lute")).not.toContain("ballads");
    await expect(update("bard", `personality: { mood: 1 }`)).rejects.toMatchObject({
      code: "INVALID",
    });
  });

  it("refuse a name in use, a bad field and an update of what is not there", async () => {
    await expect(create(`name: "generalist"`)).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(create(`name: "Not a role"`)).rejects.toMatchObject({
      code: "INVALID",
      message: expect.stringContaining("name must have lower-case letters"),
    });
    await expect(create(`name: "x", tools: ["two words"]`)).rejects.toMatchObject({
      code: "INVALID",
    });
    await expect(update("nobody", `tools: []`)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
