import { createBehavior } from "../../../behaviors/lifecycle/create-behavior.ts";
import { deleteBehavior } from "../../../behaviors/lifecycle/delete-behavior.ts";
import { restoreBehavior } from "../../../behaviors/lifecycle/restore-behavior.ts";
import { reviseBehavior } from "../../../behaviors/lifecycle/revise-behavior.ts";
import { rollbackBehavior } from "../../../behaviors/lifecycle/rollback-behavior.ts";
import {
  type BehaviorChanges,
  setBehaviorStatus,
  updateBehavior,
} from "../../../behaviors/lifecycle/update-behavior.ts";
import { toBehaviorScope } from "../../behavior-scope.ts";
import type { Builder } from "../../builder.ts";
import type { Refs } from "../../refs.ts";

export function defineBehaviorMutations(builder: Builder, refs: Refs): void {
  const CreateInput = builder.inputType("CreateBehaviorInput", {
    fields: (t) => ({
      name: t.string({ required: true, description: "Lower-case letters, digits, `_` and `-`." }),
      role: t.string({ description: "`generalist` unless given." }),
      script: t.string({ required: true, description: "Lua, at most 64 KiB." }),
      description: t.string(),
      draft: t.boolean({ description: "It applies only where it is assigned, not to its role." }),
      parent: t.string({ description: "Name of the behavior it was made from." }),
      evolutionNotes: t.string(),
      tests: t.field({ type: "JSON", description: "Behavior tests, which the script must pass." }),
    }),
  });
  const UpdateInput = builder.inputType("UpdateBehaviorInput", {
    description: "What is absent stays; null takes parent or notes away.",
    fields: (t) => ({
      role: t.string(),
      description: t.string(),
      parent: t.string(),
      evolutionNotes: t.string(),
    }),
  });

  builder.mutationFields((t) => ({
    createBehavior: t.field({
      type: refs.Behavior,
      description:
        "Stores a behavior with its first revision. Nothing is stored unless the script passes `validateBehavior`: `INVALID` names line and field. `CONFLICT`: a name in use.",
      args: { input: t.arg({ type: CreateInput, required: true }) },
      resolve: (_root, { input }, context) =>
        createBehavior(
          toBehaviorScope(context),
          {
            name: input.name,
            script: input.script,
            role: input.role ?? "generalist",
            description: input.description ?? undefined,
            status: input.draft ? "draft" : "active",
            parent: input.parent ?? undefined,
            evolutionNotes: input.evolutionNotes ?? undefined,
            tests: input.tests ?? undefined,
          },
          context.actor.name,
        ),
    }),
    reviseBehavior: t.field({
      type: refs.Behavior,
      description:
        "Makes a new revision, which the next turn uses in every process. `basedOn`, the number you edited, makes it `CONFLICT` where somebody was faster. The current script again changes nothing. A script that fails the stored tests is `INVALID` unless `force`.",
      args: {
        name: t.arg.string({ required: true }),
        script: t.arg.string({ required: true }),
        notes: t.arg.string(),
        basedOn: t.arg.int(),
        tests: t.arg({ type: "JSON", description: "Tests in place of the stored ones." }),
        force: t.arg.boolean({ description: "Store it although it fails its tests." }),
      },
      resolve: (_root, { name, script, notes, basedOn, tests, force }, context) =>
        reviseBehavior(toBehaviorScope(context), name, {
          script,
          notes: notes ?? undefined,
          basedOn: basedOn ?? undefined,
          tests: tests ?? undefined,
          force: force ?? undefined,
          by: context.actor.name,
        }),
    }),
    rollbackBehavior: t.field({
      type: refs.Behavior,
      description: "Makes the revision of that number the current one.",
      args: {
        name: t.arg.string({ required: true }),
        to: t.arg.int({ required: true, description: "Number of the revision." }),
      },
      resolve: (_root, { name, to }, context) =>
        rollbackBehavior(toBehaviorScope(context), name, { to, by: context.actor.name }),
    }),
    restoreBehavior: t.field({
      type: refs.Behavior,
      description:
        "Switches on again, and makes current, the newest revision that was switched off because it kept using up its limits.",
      args: { name: t.arg.string({ required: true }) },
      resolve: (_root, { name }, context) =>
        restoreBehavior(toBehaviorScope(context), name, context.actor.name),
    }),
    updateBehavior: t.field({
      type: refs.Behavior,
      description: "A parent that descends from the behavior itself is `CONFLICT`.",
      args: {
        name: t.arg.string({ required: true }),
        input: t.arg({ type: UpdateInput, required: true }),
      },
      resolve: (_root, { name, input }, context) =>
        updateBehavior(toBehaviorScope(context), name, {
          changes: { ...input } as BehaviorChanges,
          by: context.actor.name,
        }),
    }),
    activateBehavior: t.field({
      type: refs.Behavior,
      description: "It applies to agents of its role that have none assigned.",
      args: { name: t.arg.string({ required: true }) },
      resolve: (_root, { name }, context) =>
        setBehaviorStatus(toBehaviorScope(context), name, {
          status: "active",
          by: context.actor.name,
        }),
    }),
    retireBehavior: t.field({
      type: refs.Behavior,
      description:
        "It can no longer be assigned and applies to no role. Agents that have it keep it until they get another.",
      args: { name: t.arg.string({ required: true }) },
      resolve: (_root, { name }, context) =>
        setBehaviorStatus(toBehaviorScope(context), name, {
          status: "retired",
          by: context.actor.name,
        }),
    }),
    deleteBehavior: t.boolean({
      description:
        "Deletes a behavior with its revisions and statistics. `CONFLICT` lists the agents that use it.",
      args: { name: t.arg.string({ required: true }) },
      resolve: async (_root, { name }, context) => {
        await deleteBehavior(toBehaviorScope(context), name, context.actor.name);
        return true;
      },
    }),
  }));
}
