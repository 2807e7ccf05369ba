import { parseRoomKey } from "../../rooms/room-key.ts";
import { VERDICTS } from "../../turns/feedback/feedback.ts";
import { judgeLastAnswer } from "../../turns/feedback/judge-last-answer.ts";
import { findSomebody } from "../../rooms/find-somebody.ts";
import { type AgentSpend, loadRoomSpend, loadWorkspaceSpend } from "../../turns/load-spend.ts";
import { type StoppedTurns, stopRoom } from "../../turns/lane/stop-room.ts";
import { Turn } from "../../turns/turn.ts";
import type { Builder } from "../builder.ts";
import type { Refs } from "../refs.ts";
import { toPerson } from "./room.ts";

/** What goes on in a room: what it has cost, stopping it, judging its last answer. */
export function defineRoomActivity(builder: Builder, refs: Refs): void {
  const Spend = builder.objectRef<AgentSpend>("RoomSpend").implement({
    description:
      "What an agent's ended turns in a room and its threads, or in a workspace, have cost.",
    fields: (t) => ({
      agentSlug: t.exposeString("slug"),
      turns: t.exposeInt("turns"),
      costMicros: t.expose("costMicros", {
        type: "BigInt",
        description: "In millionths of a dollar.",
      }),
      costMicrosToday: t.expose("costMicrosToday", {
        type: "BigInt",
        description: "Of the last 24 hours.",
      }),
      costMicrosMonth: t.expose("costMicrosMonth", {
        type: "BigInt",
        description: "Of the last 30 days.",
      }),
    }),
  });
  const Stopped = builder.objectRef<StoppedTurns>("StoppedTurns").implement({
    fields: (t) => ({
      running: t.exposeInt("running", { description: "Answers that were being given." }),
      waiting: t.exposeInt("waiting", { description: "Questions that waited, and are declined." }),
    }),
  });

  builder.objectField(refs.Room, "spend", (t) =>
    t.field({
      type: [Spend],
      description: "By agent, the dearest first; threads included.",
      resolve: ({ key }, _args, { scope }) => loadRoomSpend(scope, key),
    }),
  );
  builder.objectField(refs.Workspace, "spend", (t) =>
    t.field({
      type: [Spend],
      description: "By agent, the dearest first, in all rooms.",
      resolve: (workspace, _args, { scope }) => loadWorkspaceSpend(scope, workspace),
    }),
  );
  builder.mutationFields((t) => ({
    stopRoom: t.field({
      type: Stopped,
      description:
        "Stops a room and its threads now: running answers end as DECLINED, in every process, and what waits is declined. Later messages are answered as before.",
      args: { room: t.arg.string({ required: true }) },
      resolve: (_root, { room }, { scope, actor }) => stopRoom(scope, room, { by: actor.name }),
    }),
    judgeLastAnswer: t.field({
      type: refs.Turn,
      description:
        "What a person thinks of the last answer that they got in a room, else of the last one given there; `NOT_FOUND` without any.",
      args: {
        room: t.arg.string({ required: true }),
        person: t.arg.string({
          required: true,
          description: "The name in console rooms, elsewhere the platform's id of the person.",
        }),
        good: t.arg.boolean({ required: true }),
        reason: t.arg.string(),
      },
      resolve: async (_root, { room, person, good, reason }, { em, scope }) => {
        const isConsole = parseRoomKey(room).platform === "console";
        const who = isConsole ? toPerson(person) : { externalId: person };
        const personId = await findSomebody({ em, directory: scope.directory }, room, who);
        const verdict = VERDICTS[good ? 0 : 1];
        const given = { personId, verdict, reason: reason ?? undefined };
        const { turnId } = await judgeLastAnswer(scope, room, given);
        return em.findOneOrFail(Turn, turnId, { populate: ["conversation.agent"] });
      },
    }),
  }));
}
