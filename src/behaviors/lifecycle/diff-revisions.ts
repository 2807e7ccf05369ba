import type { EntityManager } from "@mikro-orm/sql";
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import { AppError } from "../../base/errors.ts";
import { BehaviorRevision } from "../behavior-revision.ts";
import type { Behavior } from "../behavior.ts";

const CONTEXT_LINES = 3;
/** Beyond this many changed lines no shortest difference is looked for. */
const MOST_EDITS = 1000;

/** The difference of two revisions' scripts as a unified diff; empty where they are the same. */
export async function diffRevisions(
  { em }: { em: EntityManager },
  behavior: Behavior,
  { from, to }: { from: number; to: number },
): Promise<string> {
  const revisions = await em.find(BehaviorRevision, { behavior, number: [from, to] });
  const [before, after] = [from, to].map((number) => {
    const revision = revisions.find((found) => found.number === number);
    if (revision) return revision;
    throw new AppError("NOT_FOUND", `"${behavior.name}" has no revision ${number}.`);
  }) as [BehaviorRevision, BehaviorRevision];
  if (before.script === after.script) return "";
  const title = ({ number }: BehaviorRevision) => `${behavior.name}.lua revision ${number}`;
  return (
    createTwoFilesPatch(title(before), title(after), before.script, after.script, "", "", {
      context: CONTEXT_LINES,
      maxEditLength: MOST_EDITS,
      headerOptions: FILE_HEADERS_ONLY,
    }) ?? replaceAll(title(before), title(after), [before.script, after.script])
  );
}

function replaceAll(from: string, to: string, [before, after]: [string, string]): string {
  const mark = (text: string, sign: string) => text.split("\n").map((line) => `${sign}${line}`);
  return [`--- ${from}`, `+++ ${to}`, ...mark(before, "-"), ...mark(after, "+"), ""].join("\n");
}
