import { AppError } from "../../base/errors.ts";
import { isId } from "../../base/ids.ts";
import { Conversation } from "../../rooms/conversation.ts";
import { Message } from "../../rooms/message.ts";
import { FLAWS } from "../../turns/success/flaw.ts";
import { TurnJournal } from "../../turns/journal/turn-journal.ts";
import { STEP_KINDS, STEP_STATUSES } from "../../turns/journal/turn-step.ts";
import { listTurns } from "../../turns/list-turns.ts";
import { TURN_STATUSES } from "../../turns/turn-status.ts";
import { Turn } from "../../turns/turn.ts";
import type { Builder } from "../builder.ts";
import { type Refs, toEnumValues } from "../refs.ts";

export function defineTurn(builder: Builder, refs: Refs): void {
  const Status = builder.enumType("TurnStatus", {
    description:
      "PENDING waits, RUNNING is being answered, WAITING sleeps until somebody decides; DONE, FAILED and DECLINED have told the room; MERGED is answered by another turn.",
    values: toEnumValues(TURN_STATUSES),
  });

  const Flaw = builder.enumType("AnswerFlaw", {
    description:
      "FAILED_TOOL: a tool failed and no later call of it succeeded; FILTERED: the model or its provider refused; EMPTY: the model gave no text; RETRIED: the person asked nearly the same again within two minutes.",
    values: toEnumValues(FLAWS),
  });

  refs.Turn.implement({
    description: "One agent answering one message, or a burst of them, with all it did.",
    fields: (t) => ({
      id: t.exposeID("id"),
      status: t.expose("status", { type: Status }),
      agent: t.field({ type: refs.Agent, resolve: ({ conversation }) => conversation.agent }),
      room: t.string({
        description: "Key of the room in which it answers.",
        resolve: async ({ conversation }, _args, { em }) => {
          const where = { populate: ["room"] } as const;
          return (await em.findOneOrFail(Conversation, conversation.id, where)).room.key;
        },
      }),
      question: t.field({
        type: refs.Message,
        description: "The message that asked for it.",
        resolve: ({ message }, _args, { em }) =>
          em.findOneOrFail(Message, message.id, { populate: ["person", "agent"] }),
      }),
      behavior: t.field({
        type: refs.BehaviorRevision,
        nullable: true,
        description: "The revision that ran; null where none applied.",
        resolve: async ({ behaviorRevision }, _args, { loaders }) =>
          behaviorRevision ? ((await loaders.revision.load(behaviorRevision.id)) ?? null) : null,
      }),
      model: t.exposeString("model", { nullable: true, description: "`provider/model`." }),
      costMicros: t.expose("costMicros", {
        type: "BigInt",
        description: "What its model calls cost, in millionths of a dollar.",
      }),
      reason: t.exposeString("reason", {
        nullable: true,
        description: "Why it failed or was declined.",
      }),
      succeeded: t.exposeBoolean("succeeded", {
        nullable: true,
        description:
          "Whether it counts as a success at present: it was answered, has no flaw, and no 👎 on it stands. Null while it runs, and where it does not count.",
      }),
      flaw: t.expose("flaw", {
        type: Flaw,
        nullable: true,
        description: "What counts against it although it ended.",
      }),
      mergedInto: t.field({
        type: refs.Turn,
        nullable: true,
        description: "The turn that answers this one's message too.",
        resolve: ({ mergedIntoId }, _args, { em }) =>
          mergedIntoId
            ? em.findOne(Turn, mergedIntoId, { populate: ["conversation.agent"] })
            : null,
      }),
      createdAt: t.expose("createdAt", { type: "DateTime" }),
      startedAt: t.expose("startedAt", { type: "DateTime", nullable: true }),
      finishedAt: t.expose("finishedAt", { type: "DateTime", nullable: true }),
      steps: t.field({
        type: [refs.TurnStep],
        description: "Its journal, in order.",
        resolve: async ({ id }, _args, { em }) => {
          const parts = await em.find(TurnJournal, { turn: id }, { orderBy: { part: "asc" } });
          return parts.flatMap(({ steps }) => steps);
        },
      }),
      reply: t.field({
        type: refs.Message,
        nullable: true,
        description: "The one visible reply, a merged turn's being that of the turn it went into.",
        resolve: async ({ id, mergedIntoId }, _args, { loaders }) =>
          (await loaders.replyOfTurn.load(mergedIntoId ?? id)) ?? null,
      }),
    }),
  });

  const Kind = builder.enumType("StepKind", {
    description: "REPLY is one model call, TOOL one tool call, APPROVE a person's decision.",
    values: toEnumValues(STEP_KINDS),
  });
  const StepStatus = builder.enumType("StepStatus", { values: toEnumValues(STEP_STATUSES) });
  refs.TurnStep.implement({
    description: "A finished step of a turn.",
    fields: (t) => ({
      kind: t.expose("kind", { type: Kind }),
      name: t.exposeString("name"),
      status: t.expose("status", { type: StepStatus }),
      durationMs: t.exposeInt("durationMs", { nullable: true }),
      costMicros: t.field({
        type: "BigInt",
        nullable: true,
        resolve: (step) => step.costMicros ?? null,
      }),
      at: t.expose("at", { type: "DateTime", description: "When it ended." }),
      output: t.field({
        type: "JSON",
        nullable: true,
        resolve: (step) => step.output ?? null,
        description: "What it returned; for a model call also the tokens the provider counted.",
      }),
    }),
  });

  builder.queryField("turn", (t) =>
    t.field({
      type: refs.Turn,
      nullable: true,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_root, { id }, { em }) => {
        if (!isId(id)) throw new AppError("INVALID", `"${id.slice(0, 60)}" is no turn id.`);
        return em.findOne(Turn, id, { populate: ["conversation.agent"] });
      },
    }),
  );
  builder.queryField("turns", (t) =>
    t.field({
      type: [refs.Turn],
      description: "What agents were asked, the newest first; at most 200.",
      args: {
        room: t.arg.string({ description: "Its key; the threads of a channel belong to it." }),
        agent: t.arg.string({ description: "A slug." }),
        status: t.arg({ type: Status }),
        before: t.arg.id({ description: "Only those that were asked for before this turn." }),
        first: t.arg.int({ defaultValue: 20 }),
      },
      resolve: (_root, { room, agent, status, before, first }, { em, scope }) =>
        listTurns(
          { em, sql: scope.sql },
          {
            room: room ?? undefined,
            agent: agent ?? undefined,
            status: status ?? undefined,
            before: before ?? undefined,
            first: first ?? 20,
          },
        ),
    }),
  );
}
