import { Repeater } from "graphql-yoga";
import { AppError } from "../../../base/errors.ts";
import { Agent } from "../../../agents/agent.ts";
import { Message } from "../../../rooms/messages/message.ts";
import { type RoomEvent, subscribeToRoom } from "../../../rooms/room-events.ts";
import { parseRoomKey } from "../../../rooms/room-key.ts";
import { Room } from "../../../rooms/room.ts";
import { requireApproval } from "../../../turns/approvals/require-approval.ts";
import type { Builder } from "../../builder.ts";
import { renewed } from "../../loaders.ts";
import type { RequestContext } from "../../context.ts";
import type { EventOf, Refs } from "../../refs.ts";

export function defineRoomEvent(builder: Builder, refs: Refs): void {
  const turnEvent = {
    agent: {
      type: refs.Agent,
      resolve: (event: { agentId: string }, _args: object, { em }: RequestContext) =>
        em.findOneOrFail(Agent, event.agentId),
    },
  };

  refs.MessagePosted.implement({
    description: "A person or an agent wrote a message.",
    fields: (t) => ({
      message: t.field({
        type: refs.Message,
        resolve: (event: EventOf<"MessagePosted">, _args, { em }) =>
          em.findOneOrFail(Message, event.messageId, { populate: ["person", "agent"] }),
      }),
    }),
  });
  refs.AgentThinking.implement({
    description: "An agent has begun to work on an answer.",
    fields: (t) => ({
      turnId: t.exposeID("turnId"),
      agent: t.field(turnEvent.agent),
      status: t.exposeString("status", { description: "What it is doing, in a word or two." }),
    }),
  });
  refs.ReplyDelta.implement({
    description: "The next words of an answer that is being written.",
    fields: (t) => ({
      turnId: t.exposeID("turnId"),
      agent: t.field(turnEvent.agent),
      text: t.exposeString("text"),
      position: t.exposeInt("position", {
        description: "Characters written before this delta: a gap means that one was missed.",
      }),
    }),
  });
  refs.ToolExecution.implement({
    description: "An agent uses a tool.",
    fields: (t) => ({
      turnId: t.exposeID("turnId"),
      agent: t.field(turnEvent.agent),
      tool: t.exposeString("tool"),
      // A string, as in AgentThinking, so that one query can ask both for their status.
      status: t.string({
        description: "`RUNNING`, `DONE` or `FAILED`.",
        resolve: ({ status }) => status.toUpperCase(),
      }),
    }),
  });
  refs.AgentAction.implement({
    description: "An agent did something else, such as joining the room.",
    fields: (t) => ({
      turnId: t.exposeID("turnId"),
      agent: t.field(turnEvent.agent),
      action: t.exposeString("action"),
    }),
  });

  refs.ApprovalChanged.implement({
    description: "An agent asks for approval, or what it asked for was decided or has expired.",
    fields: (t) => ({
      turnId: t.exposeID("turnId"),
      agent: t.field(turnEvent.agent),
      approval: t.field({
        type: refs.Approval,
        resolve: (event: EventOf<"ApprovalChanged">, _args, { em }) =>
          requireApproval({ em: em }, event.approvalId),
      }),
    }),
  });

  const Event = builder.unionType("RoomEvent", {
    types: [
      refs.MessagePosted,
      refs.AgentThinking,
      refs.ReplyDelta,
      refs.ToolExecution,
      refs.AgentAction,
      refs.ApprovalChanged,
    ],
    resolveType: (event) => event.type,
  });

  builder.subscriptionField("roomEvents", (t) =>
    t.field({
      type: Event,
      description:
        "What happens in a room from now on. A console room is created on first use. Deltas may be lost with a connection; the posted message has the whole text.",
      args: { room: t.arg.string({ required: true }) },
      subscribe: (_root, { room }, context) => watchRoom(context, room),
      resolve: renewed,
    }),
  );
}

async function watchRoom({ scope, em }: RequestContext, key: string): Promise<Repeater<RoomEvent>> {
  const roomId = await findRoomId({ scope, em }, key);
  return new Repeater<RoomEvent>(async (push, stop) => {
    const unsubscribe = subscribeToRoom(scope.queue, roomId, (event) => void push(event));
    await stop;
    unsubscribe();
  });
}

async function findRoomId(
  { scope, em }: Pick<RequestContext, "scope" | "em">,
  key: string,
): Promise<string> {
  if (parseRoomKey(key).platform === "console") return (await scope.directory.room(key)).id;
  const room = await em.findOne(Room, { key });
  if (room) return room.id;
  throw new AppError("NOT_FOUND", `Nobody has written in ${key} yet, so there is no such room.`);
}
