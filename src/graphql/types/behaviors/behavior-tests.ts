import type { Behavior } from "../../../behaviors/behavior.ts";
import { requireBehavior } from "../../../behaviors/require-behavior.ts";
import { type BehaviorTest, parseBehaviorTests } from "../../../behaviors/tests/behavior-test.ts";
import {
  type BehaviorTestResult,
  runBehaviorTests,
} from "../../../behaviors/tests/run-behavior-tests.ts";
import { setBehaviorTests } from "../../../behaviors/tests/set-behavior-tests.ts";
import { toBehaviorScope } from "../../behavior-scope.ts";
import type { Builder } from "../../builder.ts";
import type { RequestContext } from "../../context.ts";
import type { Refs } from "../../refs.ts";

export function defineBehaviorTests(builder: Builder, refs: Refs): void {
  refs.BehaviorTestResult.implement({
    description: "How one behavior test went.",
    fields: (t) => ({
      name: t.exposeString("name"),
      ok: t.exposeBoolean("ok"),
      problems: t.exposeStringList("problems", {
        description: "What differed from the expectation, one sentence each.",
      }),
    }),
  });

  builder.objectFields(refs.Behavior, (t) => ({
    tests: t.expose("tests", {
      type: "JSON",
      nullable: true,
      description: "The tests stored with it, in the format of behavior tests.",
    }),
    testResults: t.field({
      type: [refs.BehaviorTestResult],
      description: "How the stored tests go with the current revision; they run when it is asked.",
      resolve: (behavior, _args, context) => testStored(behavior, undefined, context),
    }),
  }));

  builder.queryField("testBehavior", (t) =>
    t.field({
      type: [refs.BehaviorTestResult],
      description:
        "Runs tests and stores nothing: those given, else the stored ones, with the script given, else the current revision's.",
      args: {
        name: t.arg.string({ required: true }),
        script: t.arg.string(),
        tests: t.arg({ type: "JSON" }),
      },
      resolve: async (_root, { name, script, tests }, context) => {
        const behavior = await requireBehavior(context, name);
        const given = tests === null || tests === undefined ? undefined : parseBehaviorTests(tests);
        return testStored(behavior, { script: script ?? undefined, tests: given }, context);
      },
    }),
  );
  builder.mutationField("setBehaviorTests", (t) =>
    t.field({
      type: refs.Behavior,
      description:
        "Stores tests with a behavior in place of those it had; null takes them away. Tests that the current revision fails are `INVALID` unless `force`.",
      args: {
        name: t.arg.string({ required: true }),
        tests: t.arg({ type: "JSON" }),
        force: t.arg.boolean(),
      },
      resolve: (_root, { name, tests, force }, context) =>
        setBehaviorTests(toBehaviorScope(context), name, {
          tests: tests ?? null,
          force: force ?? undefined,
          by: context.actor.name,
        }),
    }),
  );
}

async function testStored(
  { name, role, currentRevisionId, tests: stored }: Behavior,
  given: { script: string | undefined; tests: BehaviorTest[] | undefined } | undefined,
  { scope, loaders }: RequestContext,
): Promise<BehaviorTestResult[]> {
  const current = currentRevisionId ? await loaders.revision.load(currentRevisionId) : undefined;
  const script = given?.script ?? current?.script ?? "";
  return runBehaviorTests(scope, { name, role, script }, given?.tests ?? stored ?? []);
}
