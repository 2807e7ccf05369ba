import type { EntityManager } from "@mikro-orm/sql";
import { correctExperimentOutcome } from "../../experiments/running/record-use.ts";

/** A counted turn that is judged otherwise than before. */
type Corrected = {
  turnId: string;
  agentId: string;
  revisionId: string | null;
  assignmentId: string | null;
  /** 1 where it has become a success, -1 where it is none any more. */
  delta: 1 | -1;
};

/** Every counter that `finish_turn` adds successes to. A further one is corrected by a function here. */
const COUNTERS: ((tx: EntityManager, corrected: Corrected) => Promise<unknown>)[] = [
  correctAgent,
  correctBehavior,
  correctExperimentOutcome,
];

/**
 * Judges a turn anew by the definition in `flaw.ts` and, where that changes how it was counted,
 * corrects every counter, within the caller's transaction. Repeating it changes nothing. The row
 * lock makes corrections of one agent wait for each other, and for a turn that ends meanwhile.
 */
export async function correctCount(tx: EntityManager, turnId: string): Promise<void> {
  await tx.execute(
    `select s.agent_id from agent_statistics s where s.agent_id = (
       select c.agent_id from turn t join conversation c on c.id = t.conversation_id where t.id = ?)
     for update`,
    [turnId],
  );
  // A statement of its own: it sees what was committed while this one waited.
  const [row] = await tx.execute<Row[]>(
    `with judged as (
       select t.id, t.status = 'done' and t.flaw is null and not exists (
         select from feedback f where f.turn_id = t.id and f.verdict = 'bad' and f.withdrawn_at is null
       ) as success from turn t where t.id = ? and t.succeeded is not null
     )
     update turn t set succeeded = judged.success from judged, conversation c
     where t.id = judged.id and c.id = t.conversation_id and t.succeeded <> judged.success
     returning t.succeeded, c.agent_id as "agentId", t.behavior_revision_id as "revisionId",
       t.assignment_id as "assignmentId"`,
    [turnId],
  );
  if (!row) return;
  const { succeeded, ...keys } = row;
  for (const correct of COUNTERS) await correct(tx, { turnId, ...keys, delta: succeeded ? 1 : -1 });
}

type Row = Omit<Corrected, "turnId" | "delta"> & { succeeded: boolean };

/** The agent's row of failures is looked for among so many newest turns of the installation. */
const TURNS_LOOKED_BACK = 10_000;

async function correctAgent(tx: EntityManager, { turnId, agentId, delta }: Corrected) {
  await tx.execute(
    `with newest as materialized (
       select t.id, t.succeeded, t.finished_at from (
         select * from turn order by id desc limit ${TURNS_LOOKED_BACK}) t
       join conversation c on c.id = t.conversation_id
       where c.agent_id = ?::uuid and t.succeeded is not null
     ), success as (
       select * from newest where succeeded order by id desc limit 1
     ), failure as (
       select * from newest where not succeeded order by id desc limit 1
     )
     update agent_statistics s set tasks_succeeded = s.tasks_succeeded + ?::int,
       consecutive_failures = case when exists (select from newest where id = ?::uuid)
         then (select count(*) from newest where not succeeded
           and not exists (select from success where success.id > newest.id))
         else s.consecutive_failures end,
       last_success_at = case when s.tasks_succeeded + ?::int > 0
         then coalesce((select finished_at from success), s.last_success_at) end,
       last_failure_at = case when s.tasks_succeeded + ?::int < s.tasks_completed
         then coalesce((select finished_at from failure), s.last_failure_at) end
     where s.agent_id = ?::uuid`,
    [agentId, delta, turnId, delta, delta, agentId],
  );
}

/**
 * The rows of agent, revision and assignment, of which behavior, revision and assignment are sums;
 * only sums over the buckets mean something, so that any one of the rows will do. A turn whose revision has been deleted was counted in a row that went with it, not in the one of
 * turns without a behavior; its journal tells the two apart.
 */
async function correctBehavior(tx: EntityManager, corrected: Corrected) {
  const { turnId, agentId, revisionId, assignmentId, delta } = corrected;
  await tx.execute(
    `update behavior_statistics s set successes = s.successes + ?::int
     where s.id = (
       select id from behavior_statistics where agent_id = ?::uuid
         and revision_id is not distinct from ?::uuid and assignment_id is not distinct from ?::uuid
       order by bucket limit 1)
       and (s.revision_id is not null or not exists (
         select from turn_step step where step.turn_id = ?::uuid and step.kind = 'behave'
           and step.output -> 'run' -> 'behavior' ->> 'revisionId' is not null))`,
    [delta, agentId, revisionId, assignmentId, turnId],
  );
}
