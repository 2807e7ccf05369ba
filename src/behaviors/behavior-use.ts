import { LATENCY_BUCKETS, latencyPercentile } from "../base/latency-histogram.ts";
import { statement, type Sql } from "../store/sql.ts";

/** How turns went: all that a behavior, a revision, an assignment or an agent has behind it. */
export type BehaviorUse = {
  /** Turns that ended in an answer or a failure. */
  uses: number;
  /** From 0 to 1; 1 before the first use. */
  successRate: number;
  /** From the start of a turn to its reply; 0 before the first use. */
  avgResponseTimeMs: number;
  /** The median, and the time that 19 of 20 turns stay below; within 5 %. */
  p50ResponseTimeMs: number | null;
  p95ResponseTimeMs: number | null;
  lastUsedAt: string | null;
};

export const UNUSED: BehaviorUse = {
  uses: 0,
  successRate: 1,
  avgResponseTimeMs: 0,
  p50ResponseTimeMs: null,
  p95ResponseTimeMs: null,
  lastUsedAt: null,
};

const sumBy = (key: string) => `with counted as (
    select ${key} as key, s.bucket, sum(s.uses) as uses, sum(s.successes) as successes,
      sum(s.total_response_ms) as total_ms, max(s.last_used_at) as last_used_at
    from behavior_statistics s left join behavior_revision r on r.id = s.revision_id
    where ${key} = any($1::uuid[]) group by ${key}, s.bucket
  )
  select key, sum(uses)::int as uses, sum(successes)::int as successes,
    sum(total_ms)::float as "totalMs", max(last_used_at) as "lastUsedAt",
    json_agg(json_build_array(bucket, uses)) as latencies
  from counted group by key having sum(uses) > 0`;

const SUMS = {
  behavior: statement("behavior_use", sumBy("r.behavior_id")),
  revision: statement("revision_use", sumBy("s.revision_id")),
  assignment: statement("assignment_use", sumBy("s.assignment_id")),
  agent: statement("agent_use", sumBy("s.agent_id")),
};

type SumRow = {
  key: string;
  uses: number;
  successes: number;
  totalMs: number;
  lastUsedAt: string;
  latencies: [bucket: number, count: number][];
};

/** The use of each id of a kind, by id; ids without any use are absent. */
export async function loadBehaviorUse(
  { sql }: { sql: Sql },
  kind: keyof typeof SUMS,
  ids: readonly string[],
): Promise<Map<string, BehaviorUse>> {
  const rows = await sql.rows<SumRow>(SUMS[kind], [ids]);
  return new Map(rows.map((row) => [row.key, toUse(row)]));
}

function toUse({ uses, successes, totalMs, lastUsedAt, latencies }: SumRow): BehaviorUse {
  const buckets = Array.from({ length: LATENCY_BUCKETS }, () => 0);
  for (const [bucket, count] of latencies) buckets[bucket] = count;
  return {
    uses,
    successRate: successes / uses,
    avgResponseTimeMs: totalMs / uses,
    p50ResponseTimeMs: Math.round(latencyPercentile(buckets, 0.5) ?? 0),
    p95ResponseTimeMs: Math.round(latencyPercentile(buckets, 0.95) ?? 0),
    lastUsedAt,
  };
}
