import type { AgentChanges, NewAgentInput } from "../../agents/agent-input.ts";
import { createAgent } from "../../agents/create-agent.ts";
import { setAgentStatus, updateAgent } from "../../agents/update-agent.ts";
import { requireBehavior } from "../../behaviors/require-behavior.ts";
import type { Builder } from "../builder.ts";
import type { RequestContext } from "../context.ts";
import type { Refs } from "../refs.ts";

export function defineAgentMutations(builder: Builder, refs: Refs): void {
  const CreateInput = builder.inputType("CreateAgentInput", {
    fields: (t) => ({
      slug: t.string({ required: true, description: "Lower-case letters, digits and dashes." }),
      name: t.string({ required: true }),
      role: t.string({ description: "`generalist` unless given." }),
      description: t.string(),
      systemPrompt: t.string({ required: true }),
      personality: t.field({ type: "JSON" }),
      model: t.string({ description: "`provider/model`." }),
      tools: t.stringList(),
      memoryEnabled: t.boolean(),
      notes: t.string(),
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
      model: t.string(),
      tools: t.stringList(),
      memoryEnabled: t.boolean(),
      notes: t.string(),
      behavior: t.string(),
    }),
  });

  builder.mutationFields((t) => ({
    createAgent: t.field({
      type: refs.Agent,
      description: "Errors: `INVALID` names each bad field, `CONFLICT` a slug in use.",
      args: { input: t.arg({ type: CreateInput, required: true }) },
      resolve: async (_root, { input }, context) =>
        createAgent(context, withoutNulls(input) as NewAgentInput, {
          behaviorId: await behaviorIdOf(context, input.behavior),
          createdBy: context.actor.name,
        }),
    }),
    updateAgent: t.field({
      type: refs.Agent,
      description: "Takes effect with the agent's next turn, in every process.",
      args: {
        slug: t.arg.string({ required: true }),
        input: t.arg({ type: UpdateInput, required: true }),
      },
      resolve: async (_root, { slug, input }, context) =>
        updateAgent(context, slug, {
          changes: { ...input } as AgentChanges,
          behaviorId: await behaviorIdOf(context, input.behavior),
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

async function behaviorIdOf(context: RequestContext, name: string | null | undefined) {
  return name === null || name === undefined ? name : (await requireBehavior(context, name)).id;
}

/** At creation null means the same as absent. */
function withoutNulls(input: object): object {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
}
