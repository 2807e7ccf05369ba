import { Migration } from "@mikro-orm/migrations";

/** A row per latency bucket instead of an array of them, so that many turns add up in one statement. */
export class LatencyRows extends Migration {
  override up(): void {
    this.addSql(`drop index behavior_statistics_use_index`);
    this.addSql(`alter table behavior_statistics add column bucket int not null default 0`);
    // What a row had counted in all stays with its first bucket: only sums over the buckets are ever read.
    this.addSql(`insert into behavior_statistics
        (id, agent_id, revision_id, assignment_id, bucket, uses, latencies, last_used_at)
      select gen_random_uuid(), agent_id, revision_id, assignment_id, position - 1, count, '{}', last_used_at
      from behavior_statistics, unnest(latencies) with ordinality as l (count, position)
      where position > 1 and count > 0`);
    this.addSql(`update behavior_statistics set uses = coalesce(latencies[1], 0) where bucket = 0`);
    this.addSql(`alter table behavior_statistics drop column latencies`);
    this.addSql(
      `create unique index behavior_statistics_use_index on behavior_statistics (agent_id, revision_id, assignment_id, bucket) nulls not distinct`,
    );
  }
}
