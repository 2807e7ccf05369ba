import { toAgentFile, toRoleFile } from "../../../agents/agent-file.ts";
import type { Agent } from "../../../agents/agent.ts";
import type { Role } from "../../../agents/role.ts";
import type { Behavior } from "../../../behaviors/behavior.ts";
import { behaviorOf, importAgent, importRole } from "../../../behaviors/files/import-agent.ts";
import { importBehavior, type ImportOutcome } from "../../../behaviors/files/import-behavior.ts";
import { toBehaviorFile } from "../../../behaviors/files/to-behavior-file.ts";
import { toBehaviorScope } from "../../behavior-scope.ts";
import type { Builder } from "../../builder.ts";
import { type Refs, toEnumValues } from "../../refs.ts";

const OUTCOMES = ["created", "changed", "unchanged"] as const satisfies ImportOutcome[];

/** Behaviors, agents and roles as the files that an installation starts from, out and in. */
export function defineImport(builder: Builder, refs: Refs): void {
  const Outcome = builder.enumType("ImportOutcome", { values: toEnumValues(OUTCOMES) });
  const ImportedBehavior = builder
    .objectRef<{ behavior: Behavior; outcome: ImportOutcome }>("ImportedBehavior")
    .implement({
      fields: (t) => ({
        behavior: t.expose("behavior", { type: refs.Behavior }),
        outcome: t.expose("outcome", { type: Outcome }),
      }),
    });
  const ImportedAgent = builder
    .objectRef<{ agent: Agent; outcome: ImportOutcome }>("ImportedAgent")
    .implement({
      fields: (t) => ({
        agent: t.expose("agent", { type: refs.Agent }),
        outcome: t.expose("outcome", { type: Outcome }),
      }),
    });
  const ImportedRole = builder
    .objectRef<{ role: Role; outcome: ImportOutcome }>("ImportedRole")
    .implement({
      fields: (t) => ({
        role: t.expose("role", { type: refs.Role }),
        outcome: t.expose("outcome", { type: Outcome }),
      }),
    });

  builder.objectField(refs.Behavior, "file", (t) =>
    t.string({
      nullable: true,
      description:
        "The current revision as a file of `behaviors/`, with role, status and description in comment lines; null without a revision.",
      resolve: async (behavior, _args, { loaders }) => {
        const { currentRevisionId } = behavior;
        const revision = currentRevisionId
          ? await loaders.revision.load(currentRevisionId)
          : undefined;
        return revision ? toBehaviorFile(behavior, revision.script) : null;
      },
    }),
  );
  builder.objectField(refs.Agent, "definition", (t) =>
    t.field({
      type: "JSON",
      description: "It as a file of `agents/`: what is the default is left out.",
      resolve: async (agent, _args, context) =>
        toAgentFile(agent, await behaviorOf(context, agent)),
    }),
  );
  builder.objectField(refs.Role, "definition", (t) =>
    t.field({
      type: "JSON",
      description: "It as in `agents/roles.json`.",
      resolve: (role) => toRoleFile(role),
    }),
  );

  builder.mutationFields((t) => ({
    importBehavior: t.field({
      type: ImportedBehavior,
      description:
        "Takes a behavior file in: a new name makes a behavior, another script a revision. What `file` of the same behavior says changes nothing. `INVALID`: it does not pass its check, or its tests unless `force`.",
      args: {
        name: t.arg.string({ required: true }),
        file: t.arg.string({ required: true }),
        tests: t.arg({ type: "JSON", description: "Absent leaves the stored ones." }),
        force: t.arg.boolean(),
      },
      resolve: (_root, { name, file, tests, force }, context) =>
        importBehavior(
          toBehaviorScope(context),
          { name, file, tests: tests ?? undefined, force: force ?? undefined },
          context.actor.name,
        ),
    }),
    importAgent: t.field({
      type: ImportedAgent,
      description:
        "Registers or changes an agent as a file of `agents/` has it; what the file leaves out gets its default. Its status stays.",
      args: { definition: t.arg({ type: "JSON", required: true }) },
      resolve: (_root, { definition }, context) =>
        importAgent(toBehaviorScope(context), definition, context.actor.name),
    }),
    importRole: t.field({
      type: ImportedRole,
      description: "Likewise a role, as in `agents/roles.json`.",
      args: { definition: t.arg({ type: "JSON", required: true }) },
      resolve: (_root, { definition }, context) => importRole(context, definition),
    }),
  }));
}
