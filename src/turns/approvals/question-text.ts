import type { Approval, ApprovalStatus } from "./approval.ts";

const LONGEST_DETAIL = 1000;
const LONGEST_ACTION = 200;
// Letters that are not seen could make a person approve something else than they read.
const UNSEEN = /[\p{Cf}\p{Cc}\u2028\u2029]/gu;

/** What would happen if a call were allowed, in one line: `post “Hello” in general (post)`. */
export function describeCall(tool: string, words: string): string {
  return clip(toLine(words === "" ? `use ${tool}` : `${words} (${tool})`), LONGEST_ACTION);
}

/** The arguments of a call as a person can read them, and nothing of them hidden. */
export function quoteArguments(input: unknown): string {
  const json = JSON.stringify(input, null, 1) ?? "null";
  const text = json.replace(UNSEEN, (unseen) =>
    unseen === "\n" ? unseen : `\\u${unseen.codePointAt(0)?.toString(16).padStart(4, "0")}`,
  );
  return fence(clip(text, LONGEST_DETAIL), "json");
}

export function quoteDraft(text: string): string {
  return clip(text, LONGEST_DETAIL)
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n");
}

type Question = Pick<Approval, "action"> & { detail: string; why: string; deciders: string };

/** The question as Markdown; where it has buttons, they come after it. */
export function renderQuestion({ action, detail, why, deciders }: Question): string {
  return `**May I ${action}?** ${why}\n\n${detail}\n\n${deciders}`;
}

/** What stays of the question once it is over. */
export function renderOutcome({
  action,
  status,
  decidedBy,
}: Pick<Approval, "action" | "decidedBy"> & { status: ApprovalStatus }): string {
  switch (status) {
    case "waiting":
      return `Not decided yet: ${action}`;
    case "approved":
      return `✅ ${decidedBy} approved: ${action}`;
    case "declined":
      return `🚫 ${decidedBy} declined: ${action}`;
    case "expired":
      return `⌛ Nobody decided in time: ${action}`;
  }
}

function toLine(text: string): string {
  return text.replace(UNSEEN, " ").replaceAll(/\s+/g, " ").trim();
}

function clip(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const left = text.slice(0, longest).toWellFormed();
  return `${left} … (${text.length - longest} characters more)`;
}

/** A fence that nothing inside can close. */
function fence(text: string, language: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const marks = "`".repeat(longest + 1);
  return `${marks}${language}\n${text}\n${marks}`;
}
