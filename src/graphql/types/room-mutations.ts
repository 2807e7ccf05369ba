import { bindAgent, setFeedbackButtons, setReplyPlace } from "../../rooms/bind-agent.ts";
import { MODES, REPLY_PLACES } from "../../rooms/participation.ts";
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
        answersBots: t.arg.boolean({
          description:
            "Whether it answers other bots too, here and in the threads of a channel; off unless said. A loop guard ends what does not end by itself.",
        }),
      },
      resolve: (_root, { room, agent, mode, answersBots }, context) =>
        bindAgent(scopeOf(context), room, {
          slug: agent,
          mode,
          answersBots: answersBots ?? undefined,
        }),
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
    setFeedbackButtons: t.field({
      type: refs.Room,
      description:
        "Whether answers on Slack and Discord carry 👍 and 👎, as they do unless told otherwise. Null lets a thread do as its channel does.",
      args: { room: t.arg.string({ required: true }), shown: t.arg.boolean() },
      resolve: (_root, { room, shown }, context) =>
        setFeedbackButtons(scopeOf(context), room, shown ?? null),
    }),
  }));
}
