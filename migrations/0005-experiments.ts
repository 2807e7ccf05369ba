import { Migration } from "@mikro-orm/migrations";

/** Experiments with their arms and exposures, and the primary behavior of a role. */
export class Experiments extends Migration {
  override up(): void {
    this.addSql(`alter table behavior add column primary_since timestamptz null`);
    this.addSql(`create table experiment (
      id uuid not null,
      name text not null,
      description text not null default '',
      role text not null,
      agent_id uuid null,
      unit text not null default 'person',
      status text not null default 'draft',
      policy text not null default 'suggest',
      allocation text not null default 'fixed',
      minimum_uses int not null default 100,
      guardrails jsonb not null,
      ramp_up jsonb not null,
      cost_cap_micros bigint not null default '1000000',
      period int not null default 0,
      suggested_arm_id uuid null,
      suggested_at timestamptz null,
      promoted_arm_id uuid null,
      promoted_at timestamptz null,
      promoted_by text null,
      rolled_back_at timestamptz null,
      rolled_back_because text null,
      reason text null,
      assigned_before jsonb null,
      created_by text not null default 'system',
      created_at timestamptz not null,
      started_at timestamptz null,
      ended_at timestamptz null,
      primary key (id)
    )`);
    this.addSql(`alter table experiment add constraint experiment_name_unique unique (name)`);
    for (const [column, values] of [
      ["unit", "'person', 'room', 'use'"],
      ["status", "'draft', 'running', 'stopped', 'concluded'"],
      ["policy", "'off', 'suggest', 'auto'"],
      ["allocation", "'fixed', 'thompson'"],
      ["rolled_back_because", "'success', 'errors', 'latency', 'cost', 'unusable', 'operator'"],
    ]) {
      this.addSql(
        `alter table experiment add constraint experiment_${column}_check check (${column} in (${values}))`,
      );
    }
    this.addSql(
      `create unique index experiment_running_role_index on experiment (role) where status = 'running' and agent_id is null`,
    );
    this.addSql(
      `create unique index experiment_running_agent_index on experiment (agent_id) where status = 'running'`,
    );
    this.addSql(`create table experiment_arm (
      id uuid not null,
      experiment_id uuid not null,
      position int not null,
      behavior_id uuid null,
      behavior_name text not null,
      weight double precision not null,
      is_control boolean not null default false,
      status text not null default 'running',
      stop_reason text null,
      stopped_at timestamptz null,
      uses int not null default 0,
      successes int not null default 0,
      primary key (id)
    )`);
    this.addSql(
      `alter table experiment_arm add constraint experiment_arm_experiment_id_behavior_name_unique unique (experiment_id, behavior_name)`,
    );
    this.addSql(
      `alter table experiment_arm add constraint experiment_arm_status_check check (status in ('running', 'stopped'))`,
    );
    this.addSql(`create index experiment_arm_behavior_id_index on experiment_arm (behavior_id)`);
    this.addSql(`create table experiment_period (
      experiment_id uuid not null,
      number int not null,
      share double precision null,
      weights jsonb not null,
      started_at timestamptz not null,
      primary key (experiment_id, number)
    )`);
    this.addSql(`create table experiment_exposure (
      id uuid not null,
      experiment_id uuid not null,
      unit_id uuid not null,
      period int not null,
      arm_id uuid not null,
      is_first boolean not null default true,
      uses int not null default 0,
      successes int not null default 0,
      errors int not null default 0,
      log_ms double precision not null default 0,
      log_ms_squared double precision not null default 0,
      capped_micros double precision not null default 0,
      capped_micros_squared double precision not null default 0,
      response_ms bigint not null default '0',
      cost_micros bigint not null default 0,
      first_at timestamptz not null,
      last_at timestamptz not null,
      primary key (id)
    )`);
    this.addSql(
      `alter table experiment_exposure add constraint experiment_exposure_experiment_id_unit_id_period_arm_id_unique unique (experiment_id, unit_id, period, arm_id)`,
    );
    this.addSql(`create table experiment_use (
      turn_id uuid not null,
      exposure_id uuid not null,
      primary key (turn_id)
    )`);
    this.addSql(`create index experiment_use_exposure_id_index on experiment_use (exposure_id)`);
    this.addSql(
      `alter table experiment add constraint experiment_agent_id_foreign foreign key (agent_id) references agent (id) on delete cascade`,
    );
    this.addSql(
      `alter table experiment_arm add constraint experiment_arm_behavior_id_foreign foreign key (behavior_id) references behavior (id) on delete set null`,
    );
    this.addSql(
      `alter table experiment_use add constraint experiment_use_exposure_id_foreign foreign key (exposure_id) references experiment_exposure (id) on delete cascade`,
    );
    for (const table of ["arm", "exposure"]) {
      this.addSql(
        `alter table experiment_${table} add constraint experiment_${table}_experiment_id_foreign foreign key (experiment_id) references experiment (id) on delete cascade`,
      );
    }
    // Part of every claim. Its shape is the type RunningExperiment.
    this.addSql(`create function running_experiment(of_agent uuid, of_role text, of_behavior uuid,
        of_assignment uuid, of_room uuid) returns json language plpgsql stable as $function$
      begin
        return (select json_build_object('id', e.id, 'unit', e.unit, 'allocation', e.allocation,
            'period', e.period, 'costCapMicros', e.cost_cap_micros, 'promotedArmId', e.promoted_arm_id,
            'roomId', of_room,
            'share', (select p.share from experiment_period p
              where p.experiment_id = e.id and p.number = e.period),
            'arms', (select json_agg(json_build_object('id', a.id, 'weight', a.weight,
                'isControl', a.is_control, 'uses', a.uses, 'successes', a.successes,
                'behavior', case when b.current_revision_id is not null then json_build_object(
                  'id', b.id, 'name', b.name, 'revisionId', b.current_revision_id,
                  'assignmentId', case when b.id = of_behavior then of_assignment end) end)
                order by a.position)
              from experiment_arm a join behavior b on b.id = a.behavior_id
              where a.experiment_id = e.id and a.status = 'running'))
          from experiment e
          where e.status = 'running' and (e.agent_id = of_agent or (e.role = of_role and e.agent_id is null))
          order by e.agent_id nulls last limit 1);
      end $function$`);
    this.addSql(
      `alter table experiment_period add constraint experiment_period_experiment_id_foreign foreign key (experiment_id) references experiment (id) on delete cascade`,
    );
  }
}
