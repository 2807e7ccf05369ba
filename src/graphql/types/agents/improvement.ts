import { IMPROVEMENT_POLICIES } from "../../../agents/improvement-policy.ts";
import {
  approveImprovement,
  dismissImprovement,
} from "../../../behaviors/improvement/decide-improvement.ts";
import { type Found, improveAgent } from "../../../behaviors/improvement/improve-agent.ts";
import { Improvement, IMPROVEMENT_STATUSES } from "../../../behaviors/improvement/improvement.ts";
import { UNDERPERFORMING_BELOW } from "../../../behaviors/improvement/sweep-improvements.ts";
import { rateOf } from "../../../behaviors/improvement/tally.ts";
import { toBehaviorScope } from "../../behavior-scope.ts";
import type { Builder } from "../../builder.ts";
import { toLimit } from "../../limit.ts";
import { type Refs, toEnumValues } from "../../refs.ts";

export function defineImprovement(builder: Builder, refs: Refs): void {
  const Status = builder.enumType("ImprovementStatus", {
    description:
      "SUGGESTED waits for approval; WATCHED is in force and may be rolled back. The others are over: DISMISSED by an operator, KEPT, ROLLED_BACK because it did worse, WITHDRAWN because things changed first.",
    values: toEnumValues(IMPROVEMENT_STATUSES),
  });

  refs.Improvement.implement({
    description: "Another behavior for an agent that underperforms.",
    fields: (t) => ({
      id: t.exposeID("id"),
      agent: t.expose("agent", { type: refs.Agent }),
      status: t.expose("status", { type: Status }),
      fromBehavior: t.exposeString("fromBehaviorName", {
        nullable: true,
        description: "What the agent had, assigned or by role; null for none.",
      }),
      toBehavior: t.exposeString("toBehaviorName", { description: "What it gets instead." }),
      fromUses: t.exposeInt("fromUses", { description: "The agent's tasks with what it had." }),
      fromSuccessRate: t.float({
        resolve: ({ fromUses, fromSuccesses }) =>
          rateOf({ uses: fromUses, successes: fromSuccesses }),
      }),
      toUses: t.exposeInt("toUses", {
        description: "Tasks of all agents with the proposed behavior's revision.",
      }),
      toSuccessRate: t.float({
        resolve: ({ toUses, toSuccesses }) => rateOf({ uses: toUses, successes: toSuccesses }),
      }),
      afterUses: t.exposeInt("afterUses", {
        nullable: true,
        description: "The agent's tasks in it, once that was judged.",
      }),
      afterSuccessRate: t.float({
        nullable: true,
        resolve: ({ afterUses, afterSuccesses }) =>
          typeof afterUses === "number" && typeof afterSuccesses === "number"
            ? rateOf({ uses: afterUses, successes: afterSuccesses })
            : null,
      }),
      notes: t.exposeString("notes", { nullable: true }),
      createdBy: t.exposeString("createdBy"),
      createdAt: t.expose("createdAt", { type: "DateTime" }),
      decidedBy: t.exposeString("decidedBy", { nullable: true }),
      decidedAt: t.expose("decidedAt", { type: "DateTime", nullable: true }),
      closedAt: t.expose("closedAt", { type: "DateTime", nullable: true }),
    }),
  });

  const FoundRef = builder.objectRef<Found>("ImprovementFound").implement({
    description: "What looking for an improvement found.",
    fields: (t) => ({
      improvement: t.field({
        type: refs.Improvement,
        nullable: true,
        resolve: ({ improvement }) => improvement,
      }),
      reason: t.exposeString("reason", { nullable: true, description: "Why there is none." }),
    }),
  });

  builder.queryField("improvements", (t) =>
    t.field({
      type: [refs.Improvement],
      description: "Newest first; at most 200.",
      args: {
        agent: t.arg.string({ description: "Slug of the agent." }),
        status: t.arg({ type: Status }),
        last: t.arg.int({ defaultValue: 20 }),
      },
      resolve: (_root, { agent, status, last }, { em }) =>
        em.find(
          Improvement,
          { ...(agent && { agent: { slug: agent } }), ...(status && { status }) },
          { orderBy: { createdAt: "desc", id: "desc" }, limit: toLimit(last), populate: ["agent"] },
        ),
    }),
  );

  const id = { id: { type: "ID", required: true } } as const;
  builder.mutationFields((t) => ({
    improveAgent: t.field({
      type: FoundRef,
      description:
        "Looks now for a behavior of the agent's role that does better than its present one, as the sweep does every minute for agents that underperform. It is suggested, or assigned where the policy is AUTO. Neither OFF nor the cool-down of 24 hours holds up an operator who asks.",
      args: {
        agent: t.arg.string({ required: true }),
        threshold: t.arg.float({ defaultValue: UNDERPERFORMING_BELOW }),
      },
      resolve: (_root, { agent, threshold }, context) =>
        improveAgent(toBehaviorScope(context), agent, {
          threshold: threshold ?? UNDERPERFORMING_BELOW,
          by: context.actor.name,
          asked: true,
        }),
    }),
    approveImprovement: t.field({
      type: refs.Improvement,
      description:
        "Assigns what is suggested, with the reason AUTOMATIC_IMPROVEMENT, and watches it: worse than before for certain after more than 10 tasks, or by the plain rate at 50, and it is rolled back. `CONFLICT`: decided already, or the agent has changed since.",
      args: { id: t.arg(id.id) },
      resolve: (_root, args, context) =>
        approveImprovement(toBehaviorScope(context), args.id, context.actor.name),
    }),
    dismissImprovement: t.field({
      type: refs.Improvement,
      description: "Declines it: the same revision is not suggested to that agent again.",
      args: { id: t.arg(id.id), notes: t.arg.string() },
      resolve: (_root, args, context) =>
        dismissImprovement(toBehaviorScope(context), args.id, {
          by: context.actor.name,
          notes: args.notes,
        }),
    }),
  }));
}

export type ImprovementPolicyRef = ReturnType<typeof defineImprovementPolicy>;

/** The enum that agents and roles share. */
export function defineImprovementPolicy(builder: Builder) {
  return builder.enumType("ImprovementPolicy", {
    description:
      "What is done about an agent that underperforms: OFF nothing, SUGGEST proposes a better behavior to operators, AUTO assigns it.",
    values: toEnumValues(IMPROVEMENT_POLICIES),
  });
}
