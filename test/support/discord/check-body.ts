import type { z } from "zod";
import type { FormErrors } from "./api-error.ts";
import { ApiError } from "./api-error.ts";

/** Parses a request body by its documented shape, or refuses it as Discord does: 400, code 50035. */
export function checkBody<T>(shape: z.ZodType<T>, body: unknown): T {
  const parsed = shape.safeParse(body, { reportInput: true });
  if (parsed.success) return parsed.data;
  const errors: FormErrors = {};
  for (const issue of parsed.error.issues) addIssue(errors, issue, []);
  throw new ApiError("invalidForm", errors);
}

type Issue = z.core.$ZodIssue;

function addIssue(errors: FormErrors, issue: Issue, parents: PropertyKey[]): void {
  const path = [...parents, ...issue.path];
  const [closest] =
    issue.code === "invalid_union" ? issue.errors.toSorted((a, b) => depth(b) - depth(a)) : [];
  if (closest?.length) {
    for (const inner of closest) addIssue(errors, inner, path);
    return;
  }
  let node = errors;
  for (const key of path) {
    const next = node[String(key)];
    const inner: FormErrors = next && !Array.isArray(next) ? next : {};
    node[String(key)] = inner;
    node = inner;
  }
  const known = Array.isArray(node["_errors"]) ? node["_errors"] : [];
  node["_errors"] = [...known, toLeaf(issue)];
}

/** The branch of a union that fits best is the one that fails deepest. */
function depth(issues: Issue[]): number {
  return Math.max(0, ...issues.map(({ path }) => path.length));
}

function toLeaf(issue: Issue): { code: string; message: string } {
  switch (issue.code) {
    case "too_big":
      return {
        code: issue.origin === "number" ? "NUMBER_TYPE_MAX" : "BASE_TYPE_MAX_LENGTH",
        message: `Must be ${issue.maximum} or fewer in length.`,
      };
    case "too_small":
      return {
        code: issue.origin === "number" ? "NUMBER_TYPE_MIN" : "BASE_TYPE_MIN_LENGTH",
        message: `Must be ${issue.minimum} or more in length.`,
      };
    case "invalid_type":
      return issue.input === undefined
        ? { code: "BASE_TYPE_REQUIRED", message: "This field is required" }
        : { code: "BASE_TYPE_BAD", message: issue.message };
    default:
      return { code: "BASE_TYPE_CHOICES", message: issue.message };
  }
}
