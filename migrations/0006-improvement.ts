import { Migration } from "@mikro-orm/migrations";

/** What counts against an answer, tests of behaviors, and improvements of agents that do badly. */
export class Improvement extends Migration {
  override up(): void {
    this.addSql(`alter table turn add column flaw text null`);
    this.addSql(
      `alter table turn add constraint turn_flaw_check check (flaw in ('failed_tool', 'filtered', 'empty', 'retried'))`,
    );
    this.addSql(`alter table behavior add column tests jsonb null,
      add column last_error_past boolean not null default false`);
    this.addSql(`alter table agent add column improvement_policy text null`);
    this.addSql(
      `alter table agent add constraint agent_improvement_policy_check check (improvement_policy in ('off', 'suggest', 'auto'))`,
    );
    this.addSql(`alter table role add column improvement_policy text not null default 'suggest',
      add column personality jsonb null`);
    this.addSql(
      `alter table role add constraint role_improvement_policy_check check (improvement_policy in ('off', 'suggest', 'auto'))`,
    );
    this.addSql(`create table improvement (
      id uuid not null,
      agent_id uuid not null,
      status text not null default 'suggested',
      from_behavior_id uuid null,
      from_behavior_name text null,
      from_uses int not null,
      from_successes int not null,
      to_behavior_id uuid null,
      to_behavior_name text not null,
      to_revision_id uuid null,
      to_uses int not null,
      to_successes int not null,
      assignment_id uuid null,
      after_uses int null,
      after_successes int null,
      notes text null,
      created_by text not null default 'system',
      decided_by text null,
      created_at timestamptz not null,
      decided_at timestamptz null,
      closed_at timestamptz null,
      primary key (id)
    )`);
    this.addSql(
      `alter table improvement add constraint improvement_status_check check (status in ('suggested', 'dismissed', 'watched', 'kept', 'rolled_back', 'withdrawn'))`,
    );
    this.addSql(`create index improvement_agent_id_index on improvement (agent_id)`);
    this.addSql(
      `create unique index improvement_open_index on improvement (agent_id) where status in ('suggested', 'watched')`,
    );
    this.addSql(
      `alter table improvement add constraint improvement_agent_id_foreign foreign key (agent_id) references agent (id) on delete cascade`,
    );
    this.addSql(
      `alter table improvement add constraint improvement_from_behavior_id_foreign foreign key (from_behavior_id) references behavior (id) on delete set null`,
    );
    this.addSql(
      `alter table improvement add constraint improvement_to_behavior_id_foreign foreign key (to_behavior_id) references behavior (id) on delete set null`,
    );
  }
}
