import { AppError } from "../../../base/errors.ts";
import { Message } from "../../../rooms/messages/message.ts";
import { parseRoomKey } from "../../../rooms/room-key.ts";
import {
  APPROVAL_KINDS,
  APPROVAL_STATUSES,
  type Approval,
} from "../../../turns/approvals/approval.ts";
import { type Decider, decideApproval } from "../../../turns/approvals/decide-approval.ts";
import { listApprovals } from "../../../turns/approvals/list-approvals.ts";
import { listDeciders } from "../../../turns/approvals/may-decide.ts";
import { requireApproval } from "../../../turns/approvals/require-approval.ts";
import type { Builder } from "../../builder.ts";
import type { RequestContext } from "../../context.ts";
import { toLimit } from "../../limit.ts";
import { type Refs, toEnumValues } from "../../refs.ts";
import { toPerson } from "../rooms/room.ts";

export function defineApproval(builder: Builder, refs: Refs): void {
  const Kind = builder.enumType("ApprovalKind", {
    description: "TOOL is a call of a tool, ANSWER a drafted answer that was not posted.",
    values: toEnumValues(APPROVAL_KINDS),
  });
  const Status = builder.enumType("ApprovalStatus", { values: toEnumValues(APPROVAL_STATUSES) });

  refs.Approval.implement({
    description: "A question that a turn sleeps on until somebody decides, or nobody does in time.",
    fields: (t) => ({
      id: t.exposeID("id"),
      kind: t.expose("kind", { type: Kind }),
      status: t.expose("status", { type: Status }),
      agent: t.field({ type: refs.Agent, resolve: ({ conversation }) => conversation.agent }),
      room: t.field({ type: refs.Room, resolve: ({ conversation }) => conversation.room }),
      turnId: t.id({ resolve: ({ turn }) => turn.id }),
      requester: t.string({
        nullable: true,
        description: "Who asked for the answer and may decide.",
        resolve: ({ requester }) => requester?.name ?? null,
      }),
      deciders: t.stringList({
        description: "Who may decide beside operators: the requester and listed approvers.",
        resolve: async (approval, _args, { em }) =>
          (await listDeciders({ em }, approval)).map(({ name }) => name),
      }),
      tool: t.exposeString("tool", { nullable: true }),
      arguments: t.expose("arguments", { type: "JSON", nullable: true }),
      action: t.exposeString("action", { description: "What would happen, in words." }),
      question: t.string({
        description: "The message that asks, as Markdown; once it is over, how it ended.",
        resolve: async ({ id, action }, _args, { em }) =>
          (await em.findOne(Message, id))?.text ?? action,
      }),
      confidence: t.float({
        nullable: true,
        description: "What the model stated, 0 to 1; null where it stated nothing.",
        resolve: ({ confidence }) => confidence ?? null,
      }),
      decidedBy: t.exposeString("decidedBy", { nullable: true }),
      decidedAt: t.expose("decidedAt", { type: "DateTime", nullable: true }),
      expiresAt: t.expose("expiresAt", { type: "DateTime" }),
      createdAt: t.expose("createdAt", { type: "DateTime" }),
    }),
  });

  builder.queryFields((t) => ({
    approvals: t.field({
      type: [refs.Approval],
      description: "The newest questions of agents, newest first; at most 200.",
      args: {
        status: t.arg({ type: Status, description: "All where it is null." }),
        room: t.arg.string(),
        last: t.arg.int({ defaultValue: 20 }),
      },
      resolve: (_root, { status, room, last }, { em }) =>
        listApprovals(
          { em },
          {
            limit: toLimit(last),
            ...(status && { status }),
            ...(room !== null && room !== undefined && { room: requireKey(room) }),
          },
        ),
    }),
    approval: t.field({
      type: refs.Approval,
      args: { id: t.arg.id({ required: true }) },
      resolve: (_root, { id }, { em }) => requireApproval({ em }, id),
    }),
  }));

  defineDecisions(builder, refs);
}

function defineDecisions(builder: Builder, refs: Refs): void {
  const person = "A person of a console room, who must be among the deciders; else the operator.";
  builder.mutationFields((t) => ({
    approve: t.field({
      type: refs.Approval,
      description:
        "What the agent asked for happens and its turn goes on. The first decision counts: a later one is a `CONFLICT` that names it; `FORBIDDEN` names who may decide.",
      args: { id: t.arg.id({ required: true }), person: t.arg.string({ description: person }) },
      resolve: (_root, args, context) => decide(context, args, true),
    }),
    decline: t.field({
      type: refs.Approval,
      description: "What the agent asked for does not happen; its turn goes on without it.",
      args: { id: t.arg.id({ required: true }), person: t.arg.string({ description: person }) },
      resolve: (_root, args, context) => decide(context, args, false),
    }),
  }));
}

async function decide(
  { em, scope, actor }: RequestContext,
  { id, person }: { id: string; person?: string | null | undefined },
  approve: boolean,
): Promise<Approval> {
  const { sql, clock, queue, platforms, directory } = scope;
  let by: Decider = { operator: actor.name };
  if (person !== null && person !== undefined) {
    const { conversation } = await requireApproval({ em }, id);
    const { room } = conversation;
    if (parseRoomKey(room.key).platform !== "console") {
      throw new AppError("INVALID", "People of Slack and Discord decide there, by its buttons.");
    }
    const { externalId, name } = toPerson(person);
    by = { personId: await directory.person(room.workspace.id, externalId, name) };
  }
  return decideApproval({ em, sql, clock, queue, platforms }, id, { approve, by });
}

function requireKey(key: string): string {
  parseRoomKey(key);
  return key;
}
