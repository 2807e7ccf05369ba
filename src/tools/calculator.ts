import {
  ConstantNode,
  FunctionNode,
  type MathNode,
  OperatorNode,
  ParenthesisNode,
  SymbolNode,
  evaluate,
  parse,
} from "mathjs/number";
import { z } from "zod";
import { defineTool } from "./tool.ts";

const LONGEST_EXPRESSION = 500;
const CONSTANTS = new Set(["pi", "e", "tau", "phi", "PI", "E"]);
const FUNCTIONS = new Set(
  "abs acos acosh asin asinh atan atan2 atanh cbrt ceil cos cosh cube exp expm1 factorial fix floor gcd hypot lcm log log10 log1p log2 max mean median min mod nthRoot pow round sign sin sinh sqrt square std sum tan tanh variance".split(
    " ",
  ),
);

/** Arithmetic with the functions of a scientific calculator; no variables, lists or definitions. */
export const calculator = defineTool({
  name: "calculator",
  description:
    "Evaluates one arithmetic expression exactly as written, such as (17.5 * 23) / 4, sqrt(2)^3 or round(2/3, 4). Use it for every calculation.",
  input: z.object({
    expression: z.string().min(1).max(LONGEST_EXPRESSION).describe("the expression"),
  }),
  timeoutMs: 1000,
  execute({ expression }) {
    const tree = parse(expression);
    tree.traverse(requireArithmetic);
    const result: unknown = evaluate(tree.toString());
    if (typeof result === "number" && !Number.isFinite(result)) {
      throw new Error("the result is undefined or too large");
    }
    if (typeof result !== "number" && typeof result !== "boolean") {
      throw new Error("the expression has no single number as its result");
    }
    return typeof result === "number" ? render(result) : String(result);
  },
});

/** Whole numbers exactly, others without the noise of binary fractions. */
function render(value: number): string {
  return String(Number.isSafeInteger(value) ? value : Number(value.toPrecision(15)));
}

/** Refuses whatever could loop, allocate or reach beyond arithmetic. */
function requireArithmetic(node: MathNode): void {
  if (node instanceof ConstantNode || node instanceof ParenthesisNode) return;
  if (node instanceof OperatorNode) return;
  if (node instanceof SymbolNode) {
    if (CONSTANTS.has(node.name) || FUNCTIONS.has(node.name)) return;
    throw new Error(`"${node.name}" is not known here; write numbers, functions and pi or e`);
  }
  if (node instanceof FunctionNode && FUNCTIONS.has(nameOf(node))) return;
  throw new Error(`"${node.toString().slice(0, 40)}" is not arithmetic`);
}

function nameOf(node: FunctionNode): string {
  return (node.fn as unknown as { name?: string }).name ?? "";
}
