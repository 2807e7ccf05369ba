import type { GraphQLSchema } from "graphql";
import { createBuilder } from "./builder.ts";
import { createRefs } from "./refs.ts";
import { defineAgentMutations } from "./types/agent-mutations.ts";
import { defineAgent } from "./types/agent.ts";
import { defineAssignment } from "./types/assignment.ts";
import { defineBehaviorChange } from "./types/behavior-change.ts";
import { defineBehaviorCheck } from "./types/behavior-check.ts";
import { defineBehaviorMutations } from "./types/behavior-mutations.ts";
import { defineBehavior } from "./types/behavior.ts";
import { definePerson } from "./types/person.ts";
import { defineRole } from "./types/role.ts";
import { defineRoomEvent } from "./types/room-event.ts";
import { defineFeedback } from "./types/feedback.ts";
import { defineRoomMutations } from "./types/room-mutations.ts";
import { defineRoom } from "./types/room.ts";
import { defineTurn } from "./types/turn.ts";

/** The control plane's schema; `schema.graphql` is its printed form. */
export function createGraphqlSchema(): GraphQLSchema {
  const builder = createBuilder();
  const refs = createRefs(builder);
  defineAgent(builder, refs);
  defineAgentMutations(builder, refs);
  defineBehavior(builder, refs);
  defineBehaviorMutations(builder, refs);
  defineBehaviorCheck(builder, refs);
  defineBehaviorChange(builder, refs);
  defineAssignment(builder, refs);
  defineRole(builder, refs);
  definePerson(builder, refs);
  defineRoom(builder, refs);
  defineRoomMutations(builder, refs);
  defineTurn(builder, refs);
  defineFeedback(builder, refs);
  defineRoomEvent(builder, refs);
  return builder.toSchema();
}
