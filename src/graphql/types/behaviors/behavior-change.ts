import { Repeater } from "graphql-yoga";
import { Agent } from "../../../agents/agent.ts";
import {
  BEHAVIOR_CHANGES,
  type BehaviorChange,
  subscribeToBehaviorChanges,
} from "../../../behaviors/behavior-change.ts";
import { Behavior } from "../../../behaviors/behavior.ts";
import type { Builder } from "../../builder.ts";
import { renewed } from "../../loaders.ts";
import { type Refs, toEnumValues } from "../../refs.ts";

export function defineBehaviorChange(builder: Builder, refs: Refs): void {
  const Kind = builder.enumType("BehaviorChangeKind", { values: toEnumValues(BEHAVIOR_CHANGES) });

  refs.BehaviorChange.implement({
    description: "A change of a behavior, or of an agent's use of one, that has just taken effect.",
    fields: (t) => ({
      kind: t.expose("kind", { type: Kind }),
      behaviorName: t.exposeString("behavior"),
      behavior: t.field({
        type: refs.Behavior,
        nullable: true,
        description: "Null once it has been deleted.",
        resolve: ({ behavior }, _args, { em }) => em.findOne(Behavior, { name: behavior }),
      }),
      revision: t.int({
        nullable: true,
        description: "The revision that applies now, where the change was about revisions.",
        resolve: ({ revision }) => revision ?? null,
      }),
      agent: t.field({
        type: refs.Agent,
        nullable: true,
        description: "Whose behavior was assigned or taken away.",
        resolve: ({ agent }, _args, { em }) =>
          agent === undefined ? null : em.findOne(Agent, { slug: agent }),
      }),
      reason: t.string({
        nullable: true,
        description: "Why it was assigned, such as `hot_reload`.",
        resolve: ({ reason }) => reason ?? null,
      }),
      by: t.exposeString("by"),
      at: t.expose("at", { type: "DateTime" }),
    }),
  });

  builder.subscriptionField("behaviorChanges", (t) =>
    t.field({
      type: refs.BehaviorChange,
      description: "What changes about behaviors and their assignments from now on, anywhere.",
      args: {
        behavior: t.arg.string({ description: "Only changes of the behavior of this name." }),
        agent: t.arg.string({ description: "Only assignments of the agent of this slug." }),
      },
      subscribe: (_root, { behavior, agent }, { scope }) =>
        new Repeater<BehaviorChange>(async (push, stop) => {
          const unsubscribe = subscribeToBehaviorChanges(scope.queue, (change) => {
            if (behavior && change.behavior !== behavior) return;
            if (agent && change.agent !== agent) return;
            void push(change);
          });
          await stop;
          unsubscribe();
        }),
      resolve: renewed,
    }),
  );
}
