import type { Clock } from "../base/clock.ts";
import { statement, type Sql } from "../store/sql.ts";
import { BEHAVIOR_FACTS } from "./facts/behavior-facts.ts";
import { EXPERIMENT_FACTS } from "./facts/experiment-facts.ts";
import { IMPROVEMENT_FACTS } from "./facts/improvement-facts.ts";
import { MODEL_FACTS } from "./facts/model-facts.ts";
import { WORKSPACE_FACTS } from "./facts/workspace-facts.ts";
import type { NoticeKind } from "./notice.ts";

/** Something that the stored rows say has happened; `fact` names it in every process. */
export type Fact = {
  kind: NoticeKind;
  fact: string;
  subjectId: string | null;
  happenedAt: string;
  data: object;
};

const SOURCES = [WORKSPACE_FACTS, BEHAVIOR_FACTS, IMPROVEMENT_FACTS, EXPERIMENT_FACTS, MODEL_FACTS];

const FIND = statement(
  "find_facts",
  `select kind, fact, subject_id as "subjectId", happened_at as "happenedAt", data
   from (${SOURCES.map(({ query }) => query).join(" union all ")}) found (kind, fact, subject_id, happened_at, data)
   where not exists (select from notice n where n.fact = found.fact)
   order by happened_at limit 100`,
);

const SENTENCES: Record<NoticeKind, (data: never) => string> = {
  ...WORKSPACE_FACTS.sentences,
  ...BEHAVIOR_FACTS.sentences,
  ...IMPROVEMENT_FACTS.sentences,
  ...EXPERIMENT_FACTS.sentences,
  ...MODEL_FACTS.sentences,
};

/** What has happened and was not noted yet, oldest first. */
export function findFacts({ sql, clock }: { sql: Sql; clock: Clock }): Promise<Fact[]> {
  return sql.rows<Fact>(FIND, [new Date(clock.now()).toISOString()]);
}

export function describeFact({ kind, data }: Pick<Fact, "kind" | "data">): string {
  return SENTENCES[kind](data as never);
}
