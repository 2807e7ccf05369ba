import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Behavior } from "../../src/behaviors/behavior.ts";
import { type ControlPlane, openControlPlane } from "../support/control-plane.ts";
import { tone } from "../support/scripts.ts";
import { openTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
let door: ControlPlane;

beforeAll(async () => {
  app = await openTestApp();
  door = openControlPlane(app.control);
});
afterAll(() => app.close());

async function validate(script: string, more = "") {
  const { validateBehavior } = await door.ask<{ validateBehavior: Record<string, unknown> }>(
    `query($script: String!) { validateBehavior(script: $script ${more}) {
       ok warnings situations
       problems { outcome message line column field expected situation } } }`,
    { script },
  );
  return validateBehavior;
}

describe("validateBehavior", () => {
  it("tries a sound script in many situations and stores nothing", async () => {
    expect(await validate(tone("kind"))).toEqual({
      ok: true,
      problems: [],
      warnings: [],
      situations: 18,
    });
    expect(await app.db.em().count(Behavior)).toBe(0);
  });

  it("tells line and column of what does not compile", async () => {
    expect(await validate("local x = 1\nreturn { personality = }", `, name: "mine"`)).toMatchObject(
      {
        ok: false,
        situations: 0,
        problems: [
          {
            outcome: "REJECTED",
            line: 2,
            column: 24,
            message: expect.stringMatching(/^mine:2: unexpected/),
            field: null,
          },
        ],
      },
    );
  });

  it("tells the field, what it must be, and the situation", async () => {
    const script = `local t = 0.5 if context.urgency == "high" then t = 7 end
      return { personality = { tone = "x" }, ask_human_below = t }`;
    expect(await validate(script)).toMatchObject({
      ok: false,
      problems: [
        {
          outcome: "BAD_RESULT",
          field: "ask_human_below",
          expected: "a number from 0 to 1",
          situation: "morning, high urgency",
          line: null,
        },
      ],
    });
  });

  it("tells every different problem once, in whatever situations it shows", async () => {
    const script = `if context.time_of_day == "evening" then return 1 end
      if #context.available_tools == 0 then error("no tools") end
      return { personality = { tone = "x" } }`;
    const { problems } = await validate(script);
    expect(problems).toMatchObject([
      { outcome: "ERROR", line: 2, situation: "no tools" },
      { outcome: "BAD_RESULT", situation: "evening, low urgency" },
    ]);
  });

  it("warns about fields and tools that nobody knows, and knows the installation's and the context's", async () => {
    const script = `return { personality = { tone = "x", mood = "y" }, colour = 1,
      tools = { "calculator", "drill", context.available_tools[1] } }`;
    expect(await validate(script)).toMatchObject({
      ok: true,
      warnings: ["unknown field colour", "unknown field personality.mood", "unknown tool drill"],
    });
  });

  it("tries the tools of the role it is for", async () => {
    const script = `for _, tool in ipairs(context.available_tools) do
        if tool == "time" then error("seen in " .. context.role) end
      end
      ${tone("x")}`;
    expect(await validate(script, `, role: "generalist"`)).toMatchObject({
      problems: [
        { message: expect.stringMatching(/seen in generalist/), situation: "the role's own tools" },
      ],
    });
    expect(await validate(script, `, role: "code_developer"`)).toMatchObject({ ok: true });
  });
});
