import * as fc from "../support/fast-check.ts";
import { describe, expect, it } from "vitest";
import { calculator } from "../../src/tools/calculator.ts";
import { runTool } from "../../src/tools/run-tool.ts";
import { createTestClock } from "../support/test-clock.ts";

const context = {
  clock: createTestClock(),
  timeZone: "UTC",
  callKey: "turn/1/0",
  signal: new AbortController().signal,
};

const calculate = (expression: unknown) =>
  runTool(
    new Map([["calculator", calculator]]),
    { id: "c", name: "calculator", input: { expression } },
    context,
  );

describe("the calculator", () => {
  it.each([
    ["1 + 2 * 3", "7"],
    ["(1 + 2) * 3", "9"],
    ["0.1 + 0.2", "0.3"],
    ["2^10", "1024"],
    ["-2^2", "-4"],
    ["7 % 3", "1"],
    ["5!", "120"],
    ["sqrt(2)^2", "2"],
    ["round(2/3, 4)", "0.6667"],
    ["max(1, 5, 3) - min(1, 5, 3)", "4"],
    ["mean(1, 2, 3, 4)", "2.5"],
    ["sin(pi / 2)", "1"],
    ["log(e)", "1"],
    ["17.5 * 23 / 4", "100.625"],
    ["1e3", "1000"],
    ["1e21", "1e+21"],
    ["0xff", "255"],
    ["3 > 2", "true"],
    ["2^53 - 1", "9007199254740991"],
    ["4503599627370497 * 1", "4503599627370497"],
    ["gcd(2^40, 6^20)", "1048576"],
  ])("evaluates %s to %s", async (expression, output) => {
    expect(await calculate(expression)).toEqual({ output, isError: false });
  });

  it.each([
    ["a range that would fill the memory", "1:1e9"],
    ["an import", "import({ a: 1 }, { override: true })"],
    ["a definition", "f(x) = x + 1"],
    ["an assignment", "a = 5"],
    ["an unknown name", "a + 1"],
    ["a text", '"a"'],
    ["a matrix", "[1, 2; 3, 4]"],
    ["an object", "{a: 1}"],
    ["a property", 'sqrt.constructor("return 1")()'],
    ["an index", "a[1]"],
    ["a method of a known name", "cos.sqrt(4)"],
    ["the parser itself", 'parse("1+1")'],
    ["an evaluation inside", 'evaluate("1+1")'],
    ["several lines", "1+1; 2+2"],
    ["a condition", "1 > 0 ? 1 : 2"],
    ["a unit", "5 cm to inch"],
    ["nothing", ""],
    ["no text", 42],
    ["half an expression", "1 +"],
    ["a function without its arguments", "sqrt"],
    ["a division by zero", "1 / 0"],
    ["a root of a negative number", "sqrt(-1)"],
    ["a factorial beyond all numbers", "factorial(1e9)"],
    ["a tower of factorials", "170!!!!"],
    ["a power beyond all numbers", "9^9^9^9"],
    ["a longer text than 500 characters", "1+".repeat(250) + "1"],
    ["ten thousand parentheses", `${"(".repeat(10_000)}1${")".repeat(10_000)}`],
  ])("refuses %s with a reason", async (_what, expression) => {
    const { output, isError } = await calculate(expression);
    expect(isError).toBe(true);
    expect(output.length).toBeGreaterThan(15);
    expect(output.length).toBeLessThan(600);
  });

  it("evaluates nested parentheses", async () => {
    const expression = `${"(".repeat(50)}1${")".repeat(50)}`;
    expect(await calculate(expression)).toEqual({ output: "1", isError: false });
  });

  it("answers anything at all with a result or a reason", async () => {
    const piece = fc.constantFrom(
      ..."0 1 9 . e pi ( ) + - * / ^ % ! , sqrt max factorial round nthRoot gcd 1e308 : ; = ' [ ] { }".split(
        " ",
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 25 }), async (pieces) => {
        const { output, isError } = await calculate(pieces.join(""));
        const isNumber = /^(-?[\d.]+(e[+-]\d+)?|true|false)$/.test(output);
        expect(isError || isNumber).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("adds whole numbers exactly", async () => {
    const whole = fc.integer({ min: -1e9, max: 1e9 });
    await fc.assert(
      fc.asyncProperty(whole, whole, async (a, b) => {
        expect((await calculate(`(${a}) + (${b})`)).output).toBe(String(a + b));
        const product = BigInt(a % 1e6) * BigInt(b);
        expect((await calculate(`(${a % 1e6}) * (${b})`)).output).toBe(String(product));
      }),
      { numRuns: 100 },
    );
  });
});
