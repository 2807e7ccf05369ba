import type { AgentChanges, NewAgentInput } from "../../../agents/agent-input.ts";
import { setAgentStatus } from "../../../agents/update-agent.ts";
import { changeAgent } from "../../../behaviors/assignments/change-agent.ts";
import { registerAgent } from "../../../behaviors/assignments/register-agent.ts";
import { toBehaviorScope } from "../../behavior-scope.ts";
import type { Builder } from "../../builder.ts";
import type { Refs } from "../../refs.ts";
import type { ImprovementPolicyRef } from "./improvement.ts";

export function defineAgentMutations(
  builder: Builder,
  refs: Refs,
  Policy: ImprovementPolicyRef,
): void {
  const CreateInput = builder.inputType("CreateAgentInput", {
    fields: (t) => ({
      slug: t.string({ required: true, description: "Lower-case letters, digits and dashes." }),
      name: t.string({ required: true }),
      role: t.string({ description: "`generalist` unless given." }),
      description: t.string(),
      systemPrompt: t.string({ required: true }),
      personality: t.field({ type: "JSON" }),
      avatar: t.string({
        description: "The https address of a picture, or the name of an emoji such as `:owl:`.",
      }),
      model: t.string({ description: "`provider/model`." }),
      tools: t.stringList(),
      memoryEnabled: t.boolean(),
      notes: t.string(),
      improvementPolicy: t.field({ type: Policy, description: "As its role says unless given." }),
      behavior: t.string({ description: "Name of the behavior to assign." }),
    }),
  });
  const UpdateInput = builder.inputType("UpdateAgentInput", {
    description: "What is absent stays; null takes a nullable field's value away.",
    fields: (t) => ({
      name: t.string(),
      role: t.string(),
      description: t.string(),
      systemPrompt: t.string(),
      personality: t.field({ type: "JSON" }),
      avatar: t.string(),
      model: t.string(),
      tools: t.stringList(),
      memoryEnabled: t.boolean(),
      notes: t.string(),
      improvementPolicy: t.field({ type: Policy }),
      behavior: t.string(),
    }),
  });

  builder.mutationFields((t) => ({
    createAgent: t.field({
      type: refs.Agent,
      description:
        "Registers an agent, with the first entry of its history where it starts with a behavior. Errors: `INVALID` names each bad field, `CONFLICT` a slug in use.",
      args: { input: t.arg({ type: CreateInput, required: true }) },
      resolve: (_root, { input }, context) =>
        registerAgent(toBehaviorScope(context), withoutNulls(input) as NewAgentInput, {
          by: context.actor.name,
        }),
    }),
    updateAgent: t.field({
      type: refs.Agent,
      description:
        "Takes effect with the agent's next turn, in every process. Another behavior is an assignment as `assignBehavior` makes it.",
      args: {
        slug: t.arg.string({ required: true }),
        input: t.arg({ type: UpdateInput, required: true }),
      },
      resolve: (_root, { slug, input }, context) =>
        changeAgent(toBehaviorScope(context), slug, {
          changes: { ...input } as AgentChanges,
          by: context.actor.name,
        }),
    }),
    pauseAgent: t.field({
      type: refs.Agent,
      description: "The agent answers nobody and says that it is paused, until it is resumed.",
      args: { slug: t.arg.string({ required: true }) },
      resolve: (_root, { slug }, context) => setAgentStatus(context, slug, "paused"),
    }),
    resumeAgent: t.field({
      type: refs.Agent,
      description: "The agent takes part again.",
      args: { slug: t.arg.string({ required: true }) },
      resolve: (_root, { slug }, context) => setAgentStatus(context, slug, "active"),
    }),
    stopAgent: t.field({
      type: refs.Agent,
      description: "Takes the agent out of service; `resumeAgent` brings it back.",
      args: { slug: t.arg.string({ required: true }) },
      resolve: (_root, { slug }, context) => setAgentStatus(context, slug, "stopped"),
    }),
  }));
}

/** At creation null means the same as absent. */
function withoutNulls(input: object): object {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
}
