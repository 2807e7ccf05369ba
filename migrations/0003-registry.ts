import { Migration } from "@mikro-orm/migrations";

/** Assignments of behaviors with their history, statistics per revision, and revisions switched off. */
export class Registry extends Migration {
  override up(): void {
    this.addSql(`alter table behavior_revision add column notes text null,
      add column limit_hits int not null default 0,
      add column switched_off_at timestamptz null`);
    this.addSql(`alter table agent add column assignment_id uuid null`);
    this.addSql(
      `alter table turn add column assignment_id uuid null, add column succeeded boolean null`,
    );
    this.addSql(`update turn set succeeded = status = 'done' where status in ('done', 'failed')`);
    this.addSql(`create table behavior_assignment (
      id uuid not null,
      seq bigserial,
      agent_id uuid not null,
      behavior_id uuid null,
      behavior_name text not null,
      reason text not null default 'manual',
      assigned_by text not null default 'system',
      assigned_at timestamptz not null,
      unassigned_at timestamptz null,
      outcome_notes text null,
      primary key (id)
    )`);
    this.addSql(
      `alter table behavior_assignment add constraint behavior_assignment_reason_check check (reason in ('manual', 'performance', 'a_b_test', 'hot_reload', 'automatic_improvement'))`,
    );
    this.addSql(
      `alter table behavior_assignment add constraint behavior_assignment_agent_id_seq_unique unique (agent_id, seq)`,
    );
    this.addSql(
      `create unique index behavior_assignment_open_index on behavior_assignment (agent_id) where unassigned_at is null`,
    );
    this.addSql(
      `create index behavior_assignment_behavior_id_index on behavior_assignment (behavior_id)`,
    );
    this.addSql(
      `alter table behavior_assignment add constraint behavior_assignment_agent_id_foreign foreign key (agent_id) references agent (id) on delete cascade`,
    );
    this.addSql(
      `alter table behavior_assignment add constraint behavior_assignment_behavior_id_foreign foreign key (behavior_id) references behavior (id) on delete set null`,
    );
    this.addSql(`with opened as (
      insert into behavior_assignment (id, agent_id, behavior_id, behavior_name, assigned_by, assigned_at)
      select gen_random_uuid(), a.id, b.id, b.name, a.created_by, coalesce(a.behavior_assigned_at, a.created_at)
      from agent a join behavior b on b.id = a.behavior_id
      returning id, agent_id
    )
    update agent set assignment_id = opened.id from opened where opened.agent_id = agent.id`);
    this.addSql(`create table behavior_statistics (
      id uuid not null,
      agent_id uuid not null,
      revision_id uuid null,
      assignment_id uuid null,
      uses int not null default 0,
      successes int not null default 0,
      total_response_ms bigint not null default 0,
      latencies int[] not null,
      last_used_at timestamptz not null,
      primary key (id)
    )`);
    this.addSql(
      `create unique index behavior_statistics_use_index on behavior_statistics (agent_id, revision_id, assignment_id) nulls not distinct`,
    );
    this.addSql(
      `create index behavior_statistics_revision_id_index on behavior_statistics (revision_id)`,
    );
    this.addSql(
      `create index behavior_statistics_assignment_id_index on behavior_statistics (assignment_id)`,
    );
    this.addSql(
      `alter table behavior_statistics add constraint behavior_statistics_agent_id_foreign foreign key (agent_id) references agent (id) on delete cascade`,
    );
    this.addSql(
      `alter table behavior_statistics add constraint behavior_statistics_revision_id_foreign foreign key (revision_id) references behavior_revision (id) on delete cascade`,
    );
    this.addSql(
      `alter table behavior_statistics add constraint behavior_statistics_assignment_id_foreign foreign key (assignment_id) references behavior_assignment (id) on delete cascade`,
    );
  }
}
