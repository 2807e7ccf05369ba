import { Feedback, VERDICTS } from "../../../turns/feedback/feedback.ts";
import { isId } from "../../../base/ids.ts";
import { rateAnswer } from "../../../turns/feedback/rate-answer.ts";
import { Turn } from "../../../turns/turn.ts";
import type { Builder } from "../../builder.ts";
import { type Refs, toEnumValues } from "../../refs.ts";
import { toPerson } from "../rooms/room.ts";

export function defineFeedback(builder: Builder, refs: Refs): void {
  const Verdict = builder.enumType("Verdict", { values: toEnumValues(VERDICTS) });
  const FeedbackRef = builder.objectRef<Feedback>("Feedback").implement({
    description: "What a person thinks of an answer.",
    fields: (t) => ({
      person: t.string({ resolve: ({ person }) => person.name }),
      verdict: t.expose("verdict", { type: Verdict }),
      reason: t.exposeString("reason", { nullable: true }),
      createdAt: t.expose("createdAt", { type: "DateTime" }),
    }),
  });

  builder.mutationField("rateAnswer", (t) =>
    t.field({
      type: refs.Turn,
      description:
        "What a person thinks of an answer, as 👍 and 👎 say it in Slack and Discord; the newest verdict of a person counts. It corrects the success of the turn and of all it was counted in.",
      args: {
        turn: t.arg.id({ required: true }),
        person: t.arg.string({
          required: true,
          description: "The name in console rooms, elsewhere the platform's id of the person.",
        }),
        verdict: t.arg({ type: Verdict, description: "Null takes the person's verdict back." }),
        reason: t.arg.string(),
      },
      resolve: async (_root, { turn, person, verdict, reason }, { scope, em }) => {
        const found = isId(turn)
          ? await em.findOne(Turn, turn, { populate: ["conversation.room"] })
          : null;
        const isConsole = found?.conversation.room.key.startsWith("console:") ?? true;
        await rateAnswer(scope, turn, {
          person: isConsole ? toPerson(person) : { externalId: person },
          verdict: verdict ?? null,
          reason: reason ?? undefined,
        });
        return em.findOneOrFail(Turn, turn, { populate: ["conversation.agent"] });
      },
    }),
  );

  builder.objectField(refs.Turn, "feedback", (t) =>
    t.field({
      type: [FeedbackRef],
      description: "Verdicts that were not taken back.",
      resolve: ({ id }, _args, { em }) =>
        em.find(Feedback, { turn: id, withdrawnAt: null }, { populate: ["person"] }),
    }),
  );
}
