import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestApp, type TestApp } from "../support/test-app.ts";
import { testSizes } from "../support/test-database.ts";

const sizes = await testSizes();

const TEXTS: [string, string][] = [
  ["100 kB of text", "lorem ipsum ".repeat(8_500)],
  ["right-to-left text", "שלום עולם، مرحبا بالعالم \u202E reversed"],
  ["emoji with joiners", "👩‍👩‍👧‍👦🏳️‍🌈 👍🏽 🇩🇪"],
  ["a NUL", "before\0after"],
  ["an escaped NUL", "before\\u0000after \\\\u0000"],
  ["half an emoji", "broken \ud83d and \udc4d"],
  ["control characters", "a\u0001b\u001bc\u007f\r\n\t"],
  ["every quote", `' " \` \\ $1 $$ %s {{x}} \${y} --; drop table message;`],
  ["one long word", "a".repeat(20_000)],
  ["a wall of mentions", "@a".repeat(3_000)],
];

describe.each(sizes)("hostile text, on $name", (size) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openTestApp({ size });
    await app.work();
  });
  afterAll(() => app.close());

  it.each(TEXTS)("%s from a person ends in an answer", async (name, text) => {
    const turn = await app.ask(`said ${name}`.replaceAll(/\W/g, "-"), "Ana", text);
    expect(turn).toMatchObject({ status: "done", attempts: 1 });
  });

  it.each(TEXTS)("%s from a model is posted", async (name, text) => {
    app.model.script({ text, thinking: text });
    const room = `answered ${name}`.replaceAll(/\W/g, "-");
    const turn = await app.ask(room, "Ana", "Go on");
    expect(turn).toMatchObject({ status: "done", attempts: 1 });
    expect(await app.replyTo(turn.id)).toBe(text.toWellFormed().replaceAll("\0", "\u{FFFD}"));
  });

  it.each(TEXTS)("%s in a tool call is refused or run, and answered", async (name, text) => {
    const call = { id: text.slice(0, 40), name: "calculator", input: { expression: text } };
    const stranger = { id: "c2", name: text.slice(0, 60), input: text };
    app.model.script(
      { toolCalls: [call, stranger], providerState: { text } },
      { text: "So be it." },
    );
    const turn = await app.ask(`called ${name}`.replaceAll(/\W/g, "-"), "Ana", "Go on");
    expect(turn).toMatchObject({ status: "done", attempts: 1 });
    expect(await app.stepsOf(turn.id, "tool")).toHaveLength(2);
  });
});
