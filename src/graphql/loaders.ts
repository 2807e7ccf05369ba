import type { EntityManager } from "@mikro-orm/sql";
import DataLoader from "dataloader";
import { AgentStatistics } from "../agents/agent-statistics.ts";
import { BehaviorRevision } from "../behaviors/behavior-revision.ts";
import { type BehaviorUse, loadBehaviorUse } from "../behaviors/behavior-use.ts";
import { Behavior } from "../behaviors/behavior.ts";
import { Message } from "../rooms/message.ts";
import type { Sql } from "../store/sql.ts";
import type { Loaders } from "./context.ts";

/** Look-ups of one request, batched: a list of a hundred agents asks each table once. */
export function createLoaders({ em, sql }: { em: EntityManager; sql: Sql }): Loaders {
  const createUseLoader = (kind: "behavior" | "revision" | "assignment" | "agent") =>
    new DataLoader<string, BehaviorUse | undefined>(async (ids) => {
      const found = await loadBehaviorUse({ sql }, kind, ids);
      return ids.map((id) => found.get(id));
    });
  return {
    statistics: createLoader(
      (ids) => em.find(AgentStatistics, { agent: ids }),
      ({ agent }) => agent.id,
    ),
    behavior: createLoader(
      (ids) => em.find(Behavior, ids),
      ({ id }) => id,
    ),
    revision: createLoader(
      (ids) => em.find(BehaviorRevision, ids, { populate: ["behavior"] }),
      ({ id }) => id,
    ),
    behaviorUse: createUseLoader("behavior"),
    revisionUse: createUseLoader("revision"),
    assignmentUse: createUseLoader("assignment"),
    agentUse: createUseLoader("agent"),
    replyOfTurn: createLoader(
      (turnIds) => em.find(Message, { turnId: turnIds }, { populate: ["person", "agent"] }),
      ({ turnId }) => turnId ?? "",
    ),
  };
}

function createLoader<T>(
  load: (ids: string[]) => Promise<T[]>,
  keyOf: (item: T) => string,
): DataLoader<string, T | undefined> {
  return new DataLoader(async (ids) => {
    const found = new Map((await load([...ids])).map((item) => [keyOf(item), item]));
    return ids.map((id) => found.get(id));
  });
}
