import type { GraphQLSchema } from "graphql";
import { createBuilder } from "./builder.ts";
import { createRefs } from "./refs.ts";
import { defineAgentMutations } from "./types/agent-mutations.ts";
import { defineAgent } from "./types/agent.ts";
import { defineBehavior } from "./types/behavior.ts";
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
  defineRoom(builder, refs);
  defineRoomMutations(builder, refs);
  defineTurn(builder, refs);
  defineFeedback(builder, refs);
  defineRoomEvent(builder, refs);
  return builder.toSchema();
}
