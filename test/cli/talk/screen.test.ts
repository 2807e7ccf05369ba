import { describe, expect, it } from "vitest";
import { createScreen } from "../../../src/cli/talk/screen.ts";
import { createFakeTerminal } from "../../support/fake-terminal.ts";
import { until } from "../../support/until.ts";

function open(columns = 40) {
  const terminal = createFakeTerminal(columns, 12);
  const lines: string[] = [];
  let left = 0;
  const screen = createScreen({
    ...terminal,
    prompt: "ana> ",
    complete: (line) => [line === "@s" ? ["@sage "] : [], line],
    onLine: (line) => lines.push(line),
    onLeave: () => left++,
  });
  return { terminal, screen, lines, hasLeft: () => left > 0 };
}

describe("the screen", () => {
  it("prints above what is being typed", async () => {
    const { terminal, screen } = open();
    terminal.type("half a th");
    await until(() => terminal.screen()[0] === "ana> half a th");
    screen.print("Sage: hello");
    expect(terminal.screen()).toEqual(["Sage: hello", "ana> half a th"]);
    terminal.type("ought");
    await until(() => terminal.screen()[1] === "ana> half a thought");
  });

  it("replaces the live rows in place and takes them away", () => {
    const { terminal, screen } = open();
    screen.setLive(() => ["Sage is thinking …"]);
    screen.setLive(() => ["Sage: one", "two", "three"]);
    expect(terminal.screen()).toEqual(["Sage: one", "two", "three", "ana>"]);
    screen.print("Bo: in between");
    expect(terminal.screen()).toEqual(["Bo: in between", "Sage: one", "two", "three", "ana>"]);
    screen.setLive(() => []);
    expect(terminal.screen()).toEqual(["Bo: in between", "ana>"]);
  });

  it("shows the end of what does not fit above the prompt", () => {
    const { terminal, screen } = open();
    const rows = Array.from({ length: 30 }, (_, index) => `row ${index}`);
    screen.setLive(() => rows);
    expect(terminal.screen()).toEqual([...rows.slice(-10), "ana>"]);
  });

  it("keeps an entered line that folds, once, also above live rows", async () => {
    const { terminal, screen, lines } = open(20);
    screen.setLive(() => ["Sage is thinking …"]);
    const text = "words that fold over two ends of rows";
    terminal.type(text);
    await until(() => terminal.screen().join("").endsWith("rows"));
    screen.setLive(() => ["Sage: still here"]);
    terminal.type("\r");
    await until(() => lines.length > 0);
    expect(lines).toEqual([text]);
    expect(terminal.screen().slice(-2)).toEqual(["Sage: still here", "ana>"]);
    const above = terminal.screen().slice(0, -2);
    expect(above.join("").replaceAll(" ", "")).toBe(`ana> ${text}`.replaceAll(" ", ""));
  });

  it("survives a change of width", () => {
    const { terminal, screen } = open(40);
    screen.setLive((columns) => ["x".repeat(columns)]);
    terminal.resize(60);
    screen.setLive(() => []);
    expect(terminal.screen()).toEqual(["ana>"]);
  });

  it("completes a name", async () => {
    const { terminal } = open();
    terminal.type("@s");
    await until(() => terminal.screen()[0] === "ana> @s");
    terminal.type("\t");
    await until(() => terminal.screen()[0] === "ana> @sage");
    terminal.type("hi");
    await until(() => terminal.screen()[0]?.endsWith("hi") === true);
    expect(terminal.screen()).toEqual(["ana> @sage hi"]);
  });

  it("takes back a typed line with Ctrl-C and leaves with the next", async () => {
    const { terminal, lines, hasLeft } = open();
    terminal.type("never mind\u0003");
    await until(() => terminal.screen()[0] === "ana>");
    expect(hasLeft()).toBe(false);
    terminal.type("\u0003");
    await until(hasLeft);
    expect(lines).toEqual([]);
  });

  it("leaves with Ctrl-D", async () => {
    const { terminal, lines, hasLeft } = open();
    terminal.type("\u0004");
    await until(hasLeft);
    expect(lines).toEqual([]);
  });

  it("leaves only what was printed behind", () => {
    const { terminal, screen } = open();
    screen.print("Sage: hello");
    screen.setLive(() => ["Sage is thinking …"]);
    screen.close();
    screen.print("too late");
    expect(terminal.screen()).toEqual(["Sage: hello"]);
  });
});
