import { Migration } from "@mikro-orm/migrations";

/** The tables of the first conversation: registry, behaviors, rooms, turns and their journal. */
export class FirstConversation extends Migration {
  override up(): void {
    this.addSql(`create table agent (
      id uuid not null,
      slug text not null,
      name text not null,
      role text not null,
      description text not null default '',
      system_prompt text not null,
      personality jsonb null,
      model text null,
      tools text[] null,
      memory_enabled boolean not null default true,
      status text not null default 'active',
      behavior_id uuid null,
      behavior_assigned_at timestamptz null,
      version int not null default 1,
      created_by text not null default 'system',
      notes text null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (id)
    )`);
    this.addSql(`alter table agent add constraint agent_slug_unique unique (slug)`);
    this.addSql(`create index agent_role_index on agent (role)`);
    this.addSql(`create index agent_status_index on agent (status)`);
    this.addSql(`create index agent_behavior_id_index on agent (behavior_id)`);
    this.addSql(
      `alter table agent add constraint agent_status_check check (status in ('active', 'paused', 'stopped'))`,
    );
    this.addSql(`create table agent_statistics (
      agent_id uuid not null,
      cycles_completed int not null default 0,
      tasks_completed int not null default 0,
      tasks_succeeded int not null default 0,
      consecutive_failures int not null default 0,
      total_response_ms bigint not null default '0',
      last_task_at timestamptz null,
      last_success_at timestamptz null,
      last_failure_at timestamptz null,
      primary key (agent_id)
    )`);
    this.addSql(`create table behavior (
      id uuid not null,
      name text not null,
      description text not null default '',
      role text not null,
      status text not null default 'active',
      current_revision_id uuid null,
      created_by text not null default 'system',
      parent_id uuid null,
      evolution_notes text null,
      file_sha256 text null,
      last_error text null,
      last_error_at timestamptz null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (id)
    )`);
    this.addSql(`alter table behavior add constraint behavior_name_unique unique (name)`);
    this.addSql(`create index behavior_role_status_index on behavior (role, status)`);
    this.addSql(
      `alter table behavior add constraint behavior_status_check check (status in ('active', 'draft', 'retired'))`,
    );
    this.addSql(`create table behavior_revision (
      id uuid not null,
      behavior_id uuid not null,
      number int not null,
      script text not null,
      sha256 text not null,
      created_by text not null default 'system',
      created_at timestamptz not null,
      primary key (id)
    )`);
    this.addSql(
      `alter table behavior_revision add constraint behavior_revision_behavior_id_number_unique unique (behavior_id, number)`,
    );
    this.addSql(`create table role (
      name text not null,
      description text not null default '',
      tools text[] not null,
      primary key (name)
    )`);
    this.addSql(`create table worker_process (
      id uuid not null,
      started_at timestamptz not null,
      alive_until timestamptz not null,
      primary key (id)
    )`);
    this.addSql(`create table workspace (
      id uuid not null,
      platform text not null,
      external_id text not null,
      name text not null,
      default_agent_id uuid null,
      created_at timestamptz not null,
      primary key (id)
    )`);
    this.addSql(
      `alter table workspace add constraint workspace_platform_external_id_unique unique (platform, external_id)`,
    );
    this.addSql(
      `alter table workspace add constraint workspace_platform_check check (platform in ('console', 'slack', 'discord'))`,
    );
    this.addSql(`create table room (
      id uuid not null,
      workspace_id uuid not null,
      key text not null,
      version int not null default 1,
      created_at timestamptz not null,
      primary key (id)
    )`);
    this.addSql(`alter table room add constraint room_key_unique unique (key)`);
    this.addSql(`create table conversation (
      id uuid not null,
      room_id uuid not null,
      agent_id uuid not null,
      summary text null,
      summarised_through bigint not null default '0',
      message_count int not null default 0,
      last_message_at timestamptz null,
      fence bigint not null default '0',
      holder_id uuid null,
      created_at timestamptz not null,
      primary key (id)
    )`);
    this.addSql(
      `alter table conversation add constraint conversation_room_id_agent_id_unique unique (room_id, agent_id)`,
    );
    this.addSql(`create table person (
      id uuid not null,
      workspace_id uuid not null,
      external_id text not null,
      name text not null,
      preferences jsonb not null default '{}',
      time_zone text not null default 'UTC',
      created_at timestamptz not null,
      primary key (id)
    )`);
    this.addSql(
      `alter table person add constraint person_workspace_id_external_id_unique unique (workspace_id, external_id)`,
    );
    this.addSql(`create table message (
      id uuid not null,
      seq bigserial,
      room_id uuid not null,
      person_id uuid null,
      agent_id uuid null,
      text text not null,
      external_id text not null,
      turn_id uuid null,
      posted_at timestamptz not null,
      primary key (id)
    )`);
    this.addSql(`alter table message add constraint message_turn_id_unique unique (turn_id)`);
    this.addSql(
      `alter table message add constraint message_room_id_external_id_unique unique (room_id, external_id)`,
    );
    this.addSql(
      `alter table message add constraint message_room_id_seq_unique unique (room_id, seq)`,
    );
    this.addSql(`create table turn (
      id uuid not null,
      seq bigserial,
      conversation_id uuid not null,
      message_id uuid not null,
      status text not null default 'pending',
      merged_into_id uuid null,
      behavior_revision_id uuid null,
      model text null,
      cost_micros bigint not null default 0,
      reason text null,
      attempts int not null default 0,
      created_at timestamptz not null,
      started_at timestamptz null,
      finished_at timestamptz null,
      primary key (id)
    )`);
    this.addSql(
      `create index turn_merged_into_index on turn (merged_into_id) where merged_into_id is not null`,
    );
    this.addSql(
      `create index turn_open_index on turn (conversation_id, seq) where status in ('pending', 'running')`,
    );
    this.addSql(
      `alter table turn add constraint turn_message_id_conversation_id_unique unique (message_id, conversation_id)`,
    );
    this.addSql(
      `alter table turn add constraint turn_status_check check (status in ('pending', 'running', 'done', 'failed', 'declined', 'merged'))`,
    );
    this.addSql(`create table turn_journal (
      turn_id uuid not null,
      part int not null,
      steps jsonb not null,
      primary key (turn_id, part)
    )`);
    this.addSql(`create view turn_step as
      select j.turn_id, j.part, s.position - 1 as index, s.step ->> 'kind' as kind,
        s.step ->> 'name' as name, s.step ->> 'status' as status,
        (s.step ->> 'durationMs')::int as duration_ms, (s.step ->> 'costMicros')::bigint as cost_micros,
        s.step -> 'output' as output, (s.step ->> 'at')::timestamptz as at
      from turn_journal j, jsonb_array_elements(j.steps) with ordinality as s (step, position)`);
    this.addSql(
      `alter table agent_statistics add constraint agent_statistics_agent_id_foreign foreign key (agent_id) references agent (id) on update cascade on delete cascade`,
    );
    this.addSql(
      `alter table behavior_revision add constraint behavior_revision_behavior_id_foreign foreign key (behavior_id) references behavior (id) on delete cascade`,
    );
    this.addSql(
      `alter table room add constraint room_workspace_id_foreign foreign key (workspace_id) references workspace (id)`,
    );
    this.addSql(
      `alter table conversation add constraint conversation_room_id_foreign foreign key (room_id) references room (id) on delete cascade`,
    );
    this.addSql(
      `alter table conversation add constraint conversation_agent_id_foreign foreign key (agent_id) references agent (id) on delete cascade`,
    );
    this.addSql(
      `alter table person add constraint person_workspace_id_foreign foreign key (workspace_id) references workspace (id)`,
    );
    this.addSql(
      `alter table message add constraint message_room_id_foreign foreign key (room_id) references room (id) on delete cascade`,
    );
    this.addSql(
      `alter table message add constraint message_person_id_foreign foreign key (person_id) references person (id) on delete set null`,
    );
    this.addSql(
      `alter table message add constraint message_agent_id_foreign foreign key (agent_id) references agent (id) on delete set null`,
    );
    this.addSql(
      `alter table turn add constraint turn_conversation_id_foreign foreign key (conversation_id) references conversation (id) on delete cascade`,
    );
    this.addSql(
      `alter table turn add constraint turn_message_id_foreign foreign key (message_id) references message (id) on delete cascade`,
    );
    this.addSql(
      `alter table turn add constraint turn_behavior_revision_id_foreign foreign key (behavior_revision_id) references behavior_revision (id) on delete set null`,
    );
    this.addSql(
      `alter table turn_journal add constraint turn_journal_turn_id_foreign foreign key (turn_id) references turn (id) on delete cascade`,
    );
  }
}
