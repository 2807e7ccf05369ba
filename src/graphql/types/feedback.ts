import { Feedback, VERDICTS } from "../../turns/feedback.ts";
import type { Builder } from "../builder.ts";
import { type Refs, toEnumValues } from "../refs.ts";

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

  builder.objectField(refs.Turn, "feedback", (t) =>
    t.field({
      type: [FeedbackRef],
      description: "Verdicts that were not taken back.",
      resolve: ({ id }, _args, { em }) =>
        em.find(Feedback, { turn: id, withdrawnAt: null }, { populate: ["person"] }),
    }),
  );
}
