import { switchBehavior } from "../../../behaviors/assignments/switch-behavior.ts";
import {
  type EffectiveBehavior,
  loadEffectiveBehaviors,
} from "../../../behaviors/engine/effective-behavior.ts";
import { findWilling } from "../../../rooms/bots/find-willing.ts";
import { Conversation } from "../../../rooms/conversation.ts";
import type { Builder } from "../../builder.ts";
import { type Refs, toEnumValues } from "../../refs.ts";

type Member = {
  conversation: Conversation;
  behavior: EffectiveBehavior | undefined;
  answersBots: boolean;
};

/** The agents of a room, with the behavior that applies there. `Mode` is how they take part. */
export function defineRoomMembers(builder: Builder, refs: Refs): void {
  const Source = builder.enumType("BehaviorSource", {
    description:
      "Where a behavior comes from: switched in the room or its channel, or the agent's or role's own.",
    values: toEnumValues(["room", "channel", "agent", "role"]),
  });
  const RoomBehavior = builder.objectRef<EffectiveBehavior>("RoomBehavior").implement({
    fields: (t) => ({
      name: t.exposeString("name"),
      source: t.expose("source", { type: Source }),
    }),
  });
  const RoomMember = builder.objectRef<Member>("RoomMember").implement({
    description: "An agent in a room.",
    fields: (t) => ({
      agent: t.field({ type: refs.Agent, resolve: ({ conversation }) => conversation.agent }),
      mode: t.string({
        description: "`mention`, `always`, `listen` or `off`.",
        resolve: ({ conversation }) => conversation.mode,
      }),
      answersBots: t.exposeBoolean("answersBots", {
        description:
          "Whether it answers other bots here, by its binding in the room or its channel.",
      }),
      behavior: t.field({
        type: RoomBehavior,
        nullable: true,
        description: "What shapes its answers here; null where nothing applies.",
        resolve: ({ behavior }) => behavior ?? null,
      }),
    }),
  });

  builder.objectField(refs.Room, "members", (t) =>
    t.field({
      type: [RoomMember],
      description: "The agents in it, in the order of joining.",
      resolve: async ({ id, key }, _args, { em, scope }) => {
        const found = await em.find(
          Conversation,
          { room: id },
          { populate: ["agent"], orderBy: { createdAt: "asc" } },
        );
        const behaviors = await loadEffectiveBehaviors(scope, key);
        const willing = await findWilling(scope, key);
        return found.map((conversation) => ({
          conversation,
          answersBots: willing.some(({ agentId }) => agentId === conversation.agent.id),
          behavior: behaviors.get(conversation.agent.id),
        }));
      },
    }),
  );

  builder.mutationField("switchBehavior", (t) =>
    t.field({
      type: refs.Room,
      description:
        "Gives an agent a behavior in one room and its threads, from its next turn there on; null lets the agent's own apply again. Elsewhere nothing changes.",
      args: {
        room: t.arg.string({ required: true }),
        agent: t.arg.string({ required: true, description: "Its slug." }),
        behavior: t.arg.string({ description: "Name of the behavior." }),
      },
      resolve: async (_root, { room, agent, behavior }, context) => {
        const change = { agent, behavior: behavior ?? null };
        return (await switchBehavior(context, room, change)).room;
      },
    }),
  );
}
