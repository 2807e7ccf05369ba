import type { EntityManager } from "@mikro-orm/sql";
import DataLoader from "dataloader";
import { AgentStatistics } from "../agents/agent-statistics.ts";
import { BehaviorRevision } from "../behaviors/behavior-revision.ts";
import { type BehaviorUse, loadBehaviorUse } from "../behaviors/behavior-use.ts";
import { Behavior } from "../behaviors/behavior.ts";
import { Experiment } from "../experiments/experiment.ts";
import { type ExperimentView, readExperiment } from "../experiments/judging/read-experiment.ts";
import { Message } from "../rooms/messages/message.ts";
import type { Sql } from "../store/sql.ts";
import type { ControlScope, Loaders, RequestContext } from "./context.ts";

/** What one request reads with, or one event of a subscription: nothing in it is older than that. */
export function createUnitOfWork({
  em: open,
  sql,
}: Pick<ControlScope, "em" | "sql">): Pick<RequestContext, "em" | "loaders"> {
  const em = open();
  return { em, loaders: createLoaders({ em, sql }) };
}

/**
 * The root of a subscription's event. A subscription lives for hours in one request, whose context
 * shows each event what holds by then; its events are told one by one.
 */
export function renewed<Event>(event: Event, _args: object, context: RequestContext): Event {
  Object.assign(context, createUnitOfWork(context.scope));
  return event;
}

/** Look-ups, batched: a list of a hundred agents asks each table once. */
function createLoaders({ em, sql }: { em: EntityManager; sql: Sql }): Loaders {
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
    experimentView: createViewLoader(em),
    replyOfTurn: createLoader(
      (turnIds) => em.find(Message, { turnId: turnIds }, { populate: ["person", "agent"] }),
      ({ turnId }) => turnId ?? "",
    ),
  };
}

/** Its views are never kept: a request may change an experiment and show it again. */
function createViewLoader(em: EntityManager): DataLoader<string, ExperimentView> {
  const load = async (ids: readonly string[]) => {
    const fresh = em.fork();
    const found = await fresh.find(Experiment, [...new Set(ids)], { populate: ["agent"] });
    const views = new Map<string, ExperimentView>();
    for (const experiment of found) {
      views.set(experiment.id, await readExperiment({ em: fresh }, experiment));
    }
    return ids.map((id) => views.get(id) ?? new Error(`there is no experiment ${id} any more`));
  };
  return new DataLoader(load, { cache: false });
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
