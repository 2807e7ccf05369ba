import { Migration } from "@mikro-orm/migrations";

/** What operators are told of, and what tells that something happened by itself. */
export class Notices extends Migration {
  override up(): void {
    this.addSql(`alter table workspace add column revoked_at timestamptz null`);
    this.addSql(`update workspace set revoked_at = now() where status = 'revoked'`);
    this.addSql(`alter table experiment add column ended_by text null`);
    this.addSql(`alter table experiment_arm add column stopped_by text null`);
    this.addSql(`create table notice (
      id uuid not null,
      fact text not null,
      kind text not null,
      subject_id uuid null,
      text text not null,
      happened_at timestamptz not null,
      room_key text null,
      attempts int not null default 0,
      posting_until timestamptz null,
      external_id text null,
      told_at timestamptz null,
      closed_at timestamptz null,
      primary key (id)
    )`);
    this.addSql(`alter table notice add constraint notice_fact_unique unique (fact)`);
    this.addSql(
      `alter table notice add constraint notice_kind_check check (kind in ('workspace_closed', 'workspace_open', 'behavior_switched_off', 'behavior_back', 'improvement_suggested', 'improvement_applied', 'improvement_rolled_back', 'experiment_suggested', 'experiment_promoted', 'experiment_ramped_up', 'experiment_rolled_back', 'experiment_ended', 'experiment_arm_stopped', 'models_failing'))`,
    );
    this.addSql(`create index notice_happened_at_index on notice (happened_at)`);
    this.addSql(`create index notice_kind_subject_id_index on notice (kind, subject_id)`);
    this.addSql(
      `create index notice_untold_index on notice (happened_at) where told_at is null or (closed_at is null and kind = 'improvement_suggested')`,
    );
    // Where nothing was posted yet, the suggestion is found anew.
    this.addSql(`insert into notice (id, fact, kind, subject_id, text, happened_at, room_key, attempts, posting_until,
        external_id, told_at, closed_at)
      select n.improvement_id, 'improvement_suggested/' || i.id, 'improvement_suggested', i.id,
        format('\`%s\`: %s → \`%s\`.', a.slug, coalesce('\`' || i.from_behavior_name || '\`', 'no behavior'), i.to_behavior_name),
        i.created_at, n.room_key, n.attempts, n.posting_until, n.external_id,
        case when n.external_id is not null then n.created_at end, n.closed_at
      from suggestion_notice n join improvement i on i.id = n.improvement_id join agent a on a.id = i.agent_id
      where n.attempts > 0`);
    this.addSql(`drop table suggestion_notice`);
    this.addSql(
      `create index behavior_revision_switched_off_index on behavior_revision (switched_off_at) where switched_off_at is not null`,
    );
    this.addSql(`create index turn_failed_index on turn (finished_at) where status = 'failed'`);
  }
}
