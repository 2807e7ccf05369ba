import { beforeAll, describe, expect, it } from "vitest";
import { createLuaSandbox, type LuaSandbox } from "../../src/lua/sandbox.ts";
import { runLua, valueOf } from "../support/run-lua.ts";

let sandbox: LuaSandbox;
beforeAll(async () => {
  sandbox = await createLuaSandbox({ clock: { now: () => 86_400_000.7 } });
});

describe("time and chance", () => {
  it("come from the sandbox's clock unless the caller says otherwise", () => {
    expect(valueOf(sandbox, "return os.time()")).toBe(86_400);
    expect(valueOf(sandbox, "return os.date('%F')", {}, { nowMs: 1.7e12 })).toBe("2023-11-14");
  });

  it("are fixed during a run", () => {
    const source = "local a = os.time() for i = 1, 1000 do end return {os.time() - a, os.clock()}";
    expect(valueOf(sandbox, source)).toEqual([0, 0]);
  });

  it("repeat with the same seed and differ with another", () => {
    const draw = (seed?: number) =>
      valueOf(sandbox, "return math.random(1 << 50)", {}, seed === undefined ? {} : { seed });
    expect(draw(7)).toBe(draw(7));
    expect(draw(7)).not.toBe(draw(8));
    expect(draw()).toBe(draw());
  });
});

describe("the fuel of a run", () => {
  it("can be set by the caller and is reported when it is used up", () => {
    expect(runLua(sandbox, "for i = 1, 5000 do end", {}, { fuel: 1000 })).toMatchObject({
      outcome: "timeout",
      fuel: 1000,
    });
    expect(runLua(sandbox, "for i = 1, 5000 do end return 1", {}, { fuel: 10_000 }).outcome).toBe(
      "ok",
    );
  });
});

describe("log", () => {
  it("hands out what the script noted, bounded and without control characters", () => {
    const run = runLua(sandbox, "log('a', 1, nil, true) log('x\\n\\27[1my') return 1");
    expect(run).toMatchObject({ logs: ["a 1 nil true", "x [1my"] });
  });

  it("keeps at most 50 lines of 500 characters", () => {
    const run = runLua(sandbox, "for i = 1, 99 do log(('x'):rep(1000)) end return 1");
    const logs = run.outcome === "ok" ? run.logs : [];
    expect(logs.map((line) => line.length)).toEqual(Array.from({ length: 50 }, () => 500));
  });
});

describe("a source", () => {
  it.each([
    ["is too long", `return "${"x".repeat(70_000)}"`, /limit is 65536/u],
    ["has a NUL character", "return 1 -- \0", /NUL/u],
    ["is bytecode", "\u001bLua", /bytecode/u],
    ["has half a character", "return '\ud800'", /Unicode/u],
  ])("is rejected when it %s", (_, source, message) => {
    const compiled = sandbox.compile("greeter", source);
    expect(compiled).toMatchObject({ ok: false, outcome: "rejected" });
    expect(!compiled.ok && compiled.message).toMatch(message);
  });

  it("is rejected with its line when it does not parse", () => {
    expect(sandbox.compile("greeter", "local a = 1\nreturn (")).toEqual({
      ok: false,
      outcome: "rejected",
      message: "greeter:2: unexpected symbol near <eof>",
      line: 2,
    });
  });

  it("may begin with a byte order mark or a line for the shell, as files do", () => {
    expect(valueOf(sandbox, "\uFEFFreturn 1")).toBe(1);
    expect(runLua(sandbox, "#!/usr/bin/lua\nerror('x')")).toMatchObject({ line: 2 });
  });
});

describe("an error", () => {
  const fail = (name: string, source: string) => {
    const compiled = sandbox.compile(name, source);
    if (!compiled.ok) throw new Error(compiled.message);
    return sandbox.run(compiled.script, {});
  };

  it("names script and line", () => {
    expect(fail("greeter", "\n\nlocal x = nil + 1")).toMatchObject({
      outcome: "error",
      message: "greeter:3: attempt to perform arithmetic on a nil value",
      line: 3,
    });
  });

  it("has its line also when the script's name is long, has colons or control characters", () => {
    for (const name of ["a:7: b", "n".repeat(200), "é".repeat(100), "a\nb"]) {
      expect(fail(name, "\nerror('x')")).toMatchObject({ line: 2 });
    }
  });

  it("takes no line from a text that only looks like one", () => {
    expect(fail("greeter", "error('other:12: x', 0)")).not.toHaveProperty("line");
  });

  it("is cut to 500 characters", () => {
    const run = fail("greeter", "error(('é'):rep(2000))");
    expect(run.outcome !== "ok" && run.message.length).toBe(500);
  });
});
