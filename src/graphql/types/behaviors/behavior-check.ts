import { Role } from "../../../agents/role.ts";
import { checkBehavior } from "../../../behaviors/check/check-behavior.ts";
import { LUA_OUTCOMES } from "../../../lua/lua-outcome.ts";
import type { Builder } from "../../builder.ts";
import type { Refs } from "../../refs.ts";

export function defineBehaviorCheck(builder: Builder, refs: Refs): void {
  const Outcome = builder.enumType("ScriptOutcome", {
    description:
      "REJECTED does not compile; ERROR was raised by the script; TIMEOUT and MEMORY used up their share; BAD_RESULT breaks the contract.",
    values: Object.fromEntries(
      LUA_OUTCOMES.map((value) => [value.toUpperCase().replace("-", "_"), { value }]),
    ),
  });

  refs.BehaviorCheck.implement({
    description: "What trying a script showed.",
    fields: (t) => ({
      ok: t.exposeBoolean("ok", { description: "It could be stored." }),
      problems: t.expose("problems", { type: [refs.BehaviorProblem] }),
      warnings: t.exposeStringList("warnings", {
        description: "Fields and tools that nobody knows; they are passed over.",
      }),
      situations: t.exposeInt("situations", { description: "Situations it was tried in." }),
    }),
  });
  refs.BehaviorProblem.implement({
    description: "Something that keeps a script from being stored.",
    fields: (t) => ({
      outcome: t.expose("outcome", { type: Outcome }),
      message: t.exposeString("message"),
      line: t.int({ nullable: true, resolve: ({ line }) => line ?? null }),
      column: t.int({ nullable: true, resolve: ({ column }) => column ?? null }),
      field: t.string({
        nullable: true,
        description: "The field of the result that breaks the contract.",
        resolve: ({ field }) => field ?? null,
      }),
      expected: t.string({
        nullable: true,
        description: "What that field must be.",
        resolve: ({ expected }) => expected ?? null,
      }),
      situation: t.string({
        nullable: true,
        description: "In which situation it showed; null where the script does not compile.",
        resolve: ({ situation }) => situation ?? null,
      }),
    }),
  });

  builder.queryField("validateBehavior", (t) =>
    t.field({
      type: refs.BehaviorCheck,
      description:
        "Tries a script in the sandbox in about twenty situations (the contract's example, no preferences, no tools, all times of day and urgencies …) and stores nothing.",
      args: {
        script: t.arg.string({ required: true }),
        role: t.arg.string({ defaultValue: "generalist" }),
        name: t.arg.string({ defaultValue: "script", description: "Used in messages." }),
      },
      resolve: async (_root, { script, role: wanted, name }, { em, scope }) => {
        const role = wanted ?? "generalist";
        const known = await em.findOne(Role, { name: role });
        return checkBehavior(scope, {
          name: name ?? "script",
          script,
          role,
          roleTools: known?.tools,
        });
      },
    }),
  );
}
