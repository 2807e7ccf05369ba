import { bindAgent, setReplyPlace } from "../../rooms/bind-agent.ts";
import { MODES } from "../../rooms/conversation.ts";
import { REPLY_PLACES } from "../../rooms/room.ts";
import type { Builder } from "../builder.ts";
import type { RequestContext } from "../context.ts";
import { type Refs, toEnumValues } from "../refs.ts";

export function defineRoomMutations(builder: Builder, refs: Refs): void {
  const Mode = builder.enumType("ParticipationMode", {
    description:
      "MENTION answers when it is mentioned, ALWAYS every message, LISTEN remembers and answers mentions, OFF neither.",
    values: toEnumValues(MODES),
  });
  const ReplyPlace = builder.enumType("ReplyPlace", { values: toEnumValues(REPLY_PLACES) });
  const scopeOf = ({ em, scope }: RequestContext) => ({ em, directory: scope.directory });

  builder.mutationFields((t) => ({
    bindAgent: t.field({
      type: refs.Room,
      description: "How an agent takes part in a room, from the next message on.",
      args: {
        room: t.arg.string({ required: true }),
        agent: t.arg.string({ required: true, description: "Its slug." }),
        mode: t.arg({ type: Mode, required: true }),
      },
      resolve: (_root, { room, agent, mode }, context) =>
        bindAgent(scopeOf(context), room, { slug: agent, mode }),
    }),
    setReplyPlace: t.field({
      type: refs.Room,
      description: "Whether mentions in a channel are answered in a thread of their own.",
      args: {
        room: t.arg.string({ required: true }),
        place: t.arg({ type: ReplyPlace, required: true }),
      },
      resolve: (_root, { room, place }, context) => setReplyPlace(scopeOf(context), room, place),
    }),
  }));
}
