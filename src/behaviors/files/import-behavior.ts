import { isDeepStrictEqual } from "node:util";
import type { EntityManager } from "@mikro-orm/sql";
import { sha256 } from "../../base/ids.ts";
import { addRevision } from "../lifecycle/add-revision.ts";
import { type BehaviorChange, publishBehaviorChange } from "../behavior-change.ts";
import { type BehaviorFile, parseBehaviorFile } from "./behavior-file.ts";
import { parseNewBehavior } from "../lifecycle/behavior-input.ts";
import { BehaviorRevision } from "../behavior-revision.ts";
import type { BehaviorScope } from "../behavior-scope.ts";
import { Behavior } from "../behavior.ts";
import type { CheckScope } from "../check/check-behavior.ts";
import { requireSound } from "../check/require-sound.ts";
import { lockBehavior } from "../lock-behavior.ts";
import { type BehaviorTest, parseBehaviorTests } from "../tests/behavior-test.ts";
import { requireTested } from "../tests/require-tested.ts";
import { toBehaviorFile } from "./to-behavior-file.ts";

export type ImportOutcome = "created" | "changed" | "unchanged";

export type BehaviorImport = {
  name: string;
  /** The whole file, as `toBehaviorFile` makes it. */
  file: string;
  /** Behavior tests to store with it; absent leaves those that are stored. */
  tests?: unknown;
  /** Takes it in although it fails its tests. */
  force?: boolean | undefined;
};

/**
 * Takes a behavior file in: a new name makes a behavior, another script a revision, other comment
 * lines change what is said of it; one without a status leaves that alone. What an export of the same
 * behavior has written changes nothing. A script that does not pass its check or its tests is `INVALID`.
 */
export async function importBehavior(
  scope: BehaviorScope & CheckScope,
  { name, file: text, tests: given, force = false }: BehaviorImport,
  by: string,
): Promise<{ behavior: Behavior; outcome: ImportOutcome }> {
  const file = parseBehaviorFile(`${name}.lua`, text);
  const { role, description, script } = file;
  parseNewBehavior({ name, role, description });
  const tests = given === undefined ? undefined : parseBehaviorTests(given);
  await requireSound(scope, { name, role, script });
  const existing = await scope.em.findOne(Behavior, { name });
  if (!force) requireTested(scope, { name, role, script }, tests ?? existing?.tests ?? []);
  const imported = await scope.em.transactional((tx) =>
    existing ? change(tx, { file, tests, by }) : create(tx, { file, tests, by }),
  );
  const { kind, behavior, revision } = imported;
  if (!kind) return { behavior, outcome: "unchanged" };
  const at = new Date(scope.clock.now()).toISOString();
  publishBehaviorChange(scope.queue, {
    kind,
    behavior: name,
    by,
    at,
    ...(revision && { revision }),
  });
  return { behavior, outcome: kind === "created" ? "created" : "changed" };
}

type Importing = { file: BehaviorFile; tests: BehaviorTest[] | undefined; by: string };
type Imported = {
  behavior: Behavior;
  kind?: Extract<BehaviorChange["kind"], "created" | "revised" | "updated">;
  revision?: number;
};

async function create(tx: EntityManager, { file, tests, by }: Importing): Promise<Imported> {
  const { name, role, description, script, status = "active" } = file;
  const fields = { name, role, description, status, createdBy: by };
  const behavior = tx.create(Behavior, { ...fields, tests: tests ?? null });
  await addRevision(tx, behavior, { script, by });
  return { behavior, kind: "created", revision: 1 };
}

async function change(tx: EntityManager, { file, tests, by }: Importing): Promise<Imported> {
  const { name, role, description, script } = file;
  const behavior = await lockBehavior(tx, name);
  const current = behavior.currentRevisionId
    ? await tx.findOneOrFail(BehaviorRevision, behavior.currentRevisionId)
    : undefined;
  const isSameScript =
    current !== undefined &&
    (current.sha256 === sha256(script) || toBehaviorFile(behavior, current.script) === script);
  const status = file.status ?? behavior.status;
  if (isSameScript && saysTheSame(behavior, { ...file, status, tests })) return { behavior };
  tx.assign(behavior, { role, description, status, ...(tests && { tests }) });
  if (isSameScript) return { behavior, kind: "updated" };
  const { number } = await addRevision(tx, behavior, { script, notes: "imported", by });
  return { behavior, kind: "revised", revision: number };
}

type Said = Pick<Behavior, "role" | "description" | "status"> & { tests: unknown };

function saysTheSame(behavior: Behavior, { role, description, status, tests }: Said): boolean {
  return (
    behavior.role === role &&
    behavior.status === status &&
    behavior.description.replaceAll(/\s+/g, " ").trim() === description &&
    (tests === undefined || isDeepStrictEqual(tests, behavior.tests))
  );
}
