import type { Agent } from "../agents/agent.ts";
import type { Role } from "../agents/role.ts";
import type { BehaviorAssignment } from "../behaviors/assignments/behavior-assignment.ts";
import type { BehaviorChange } from "../behaviors/behavior-change.ts";
import type { BehaviorRevision } from "../behaviors/behavior-revision.ts";
import type { BehaviorUse } from "../behaviors/behavior-use.ts";
import type { Behavior } from "../behaviors/behavior.ts";
import type { BehaviorCheck, BehaviorProblem } from "../behaviors/check/behavior-check.ts";
import type { ExperimentArm } from "../experiments/experiment-arm.ts";
import type { ExperimentChange } from "../experiments/experiment-change.ts";
import type { Experiment } from "../experiments/experiment.ts";
import type { ExperimentRow } from "../experiments/judging/read-experiment.ts";
import type { Improvement } from "../behaviors/improvement/improvement.ts";
import type { BehaviorTestResult } from "../behaviors/tests/run-behavior-tests.ts";
import type { Notice } from "../notices/notice.ts";
import type { Message } from "../rooms/message.ts";
import type { Person } from "../rooms/person.ts";
import type { RoomEvent } from "../rooms/room-events.ts";
import type { Room } from "../rooms/room.ts";
import type { Approval } from "../turns/approvals/approval.ts";
import type { Workspace } from "../rooms/workspace.ts";
import type { TurnStep } from "../turns/journal/turn-step.ts";
import type { Turn } from "../turns/turn.ts";
import type { Builder } from "./builder.ts";

export type Author = { kind: "person" | "agent"; name: string };
export type EventOf<Type extends RoomEvent["type"]> = Extract<RoomEvent, { type: Type }>;

/** The object types by name, so that each type's file can point at the others. */
export type Refs = ReturnType<typeof createRefs>;

export function createRefs(builder: Builder) {
  return {
    Agent: builder.objectRef<Agent>("Agent"),
    Behavior: builder.objectRef<Behavior>("Behavior"),
    BehaviorRevision: builder.objectRef<BehaviorRevision>("BehaviorRevision"),
    AgentBehavior: builder.objectRef<Behavior>("AgentBehavior"),
    BehaviorAssignment: builder.objectRef<BehaviorAssignment>("BehaviorAssignment"),
    BehaviorUse: builder.objectRef<BehaviorUse>("BehaviorUse"),
    BehaviorChange: builder.objectRef<BehaviorChange>("BehaviorChange"),
    BehaviorCheck: builder.objectRef<BehaviorCheck>("BehaviorCheck"),
    BehaviorProblem: builder.objectRef<BehaviorProblem>("BehaviorProblem"),
    Experiment: builder.objectRef<Experiment>("Experiment"),
    ExperimentArm: builder.objectRef<ExperimentArm>("ExperimentArm"),
    ExperimentRow: builder.objectRef<ExperimentRow>("ExperimentRow"),
    ExperimentChange: builder.objectRef<ExperimentChange>("ExperimentChange"),
    BehaviorTestResult: builder.objectRef<BehaviorTestResult>("BehaviorTestResult"),
    Improvement: builder.objectRef<Improvement>("Improvement"),
    Notice: builder.objectRef<Notice>("Notice"),
    Role: builder.objectRef<Role>("Role"),
    Person: builder.objectRef<Person>("Person"),
    Workspace: builder.objectRef<Workspace>("Workspace"),
    Room: builder.objectRef<Room>("Room"),
    Message: builder.objectRef<Message>("Message"),
    Author: builder.objectRef<Author>("Author"),
    Approval: builder.objectRef<Approval>("Approval"),
    Turn: builder.objectRef<Turn>("Turn"),
    TurnStep: builder.objectRef<TurnStep>("TurnStep"),
    MessagePosted: builder.objectRef<EventOf<"MessagePosted">>("MessagePosted"),
    AgentThinking: builder.objectRef<EventOf<"AgentThinking">>("AgentThinking"),
    ReplyDelta: builder.objectRef<EventOf<"ReplyDelta">>("ReplyDelta"),
    ToolExecution: builder.objectRef<EventOf<"ToolExecution">>("ToolExecution"),
    ApprovalChanged: builder.objectRef<EventOf<"ApprovalChanged">>("ApprovalChanged"),
    AgentAction: builder.objectRef<EventOf<"AgentAction">>("AgentAction"),
  };
}

/** A GraphQL enum's values: `ACTIVE` outside, `active` inside. */
export function toEnumValues<const T extends string>(
  names: readonly T[],
): Record<Uppercase<T>, { value: T }> {
  return Object.fromEntries(
    names.map((name) => [name.toUpperCase().replaceAll("-", "_"), { value: name }]),
  ) as Record<Uppercase<T>, { value: T }>;
}
