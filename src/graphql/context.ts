import type { EntityManager } from "@mikro-orm/sql";
import type DataLoader from "dataloader";
import type { AgentStatistics } from "../agents/agent-statistics.ts";
import type { Clock } from "../base/clock.ts";
import type { BehaviorRevision } from "../behaviors/behavior-revision.ts";
import type { BehaviorUse } from "../behaviors/behavior-use.ts";
import type { Behavior } from "../behaviors/behavior.ts";
import type { ExperimentView } from "../experiments/judging/read-experiment.ts";
import type { LuaSandbox } from "../lua/sandbox.ts";
import type { JobQueue } from "../queue/job-queue.ts";
import type { ChatPlatforms } from "../rooms/platform/chat-platform.ts";
import type { Message } from "../rooms/messages/message.ts";
import type { RoomDirectory } from "../rooms/room-directory.ts";
import type { WorkspaceRegister } from "../rooms/workspaces/workspace-register.ts";
import type { Sql } from "../store/sql.ts";

/** Who calls, as the door authenticated them. */
export type Actor = { name: string };

/** What the control plane's actions touch. */
export type ControlScope = {
  em: () => EntityManager;
  sql: Sql;
  queue: JobQueue;
  clock: Clock;
  directory: RoomDirectory;
  sandbox: LuaSandbox;
  /** Every tool of this installation. */
  toolNames: readonly string[];
  /** The platforms that are connected. */
  platforms: ChatPlatforms;
  register: WorkspaceRegister;
};

/** One request: its actor, its unit of work, and its batched look-ups. */
export type RequestContext = {
  scope: ControlScope;
  actor: Actor;
  em: EntityManager;
  loaders: Loaders;
};

export type Loaders = {
  statistics: DataLoader<string, AgentStatistics | undefined>;
  behavior: DataLoader<string, Behavior | undefined>;
  revision: DataLoader<string, BehaviorRevision | undefined>;
  /** How turns went, by id of the behavior, revision, assignment or agent. */
  behaviorUse: DataLoader<string, BehaviorUse | undefined>;
  revisionUse: DataLoader<string, BehaviorUse | undefined>;
  assignmentUse: DataLoader<string, BehaviorUse | undefined>;
  agentUse: DataLoader<string, BehaviorUse | undefined>;
  /** An experiment as it stands, by its id. */
  experimentView: DataLoader<string, ExperimentView>;
  replyOfTurn: DataLoader<string, Message | undefined>;
};
