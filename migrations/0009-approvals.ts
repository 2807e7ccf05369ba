import { Migration } from "@mikro-orm/migrations";

/** Questions that a turn sleeps on, who may decide them, and buttons on answers. */
export class Approvals extends Migration {
  override up(): void {
    this.addSql(`alter table turn drop constraint turn_status_check`);
    this.addSql(
      `alter table turn add constraint turn_status_check check (status in ('pending', 'running', 'waiting', 'done', 'failed', 'declined', 'merged'))`,
    );
    this.addSql(`create table approval (
      id uuid not null,
      turn_id uuid not null,
      conversation_id uuid not null,
      requester_id uuid null,
      kind text not null,
      step text not null,
      tool text null,
      arguments jsonb null,
      action text not null,
      confidence real null,
      status text not null default 'waiting',
      decided_by text null,
      decided_at timestamptz null,
      expires_at timestamptz not null,
      address jsonb null,
      external_id text null,
      closed_at timestamptz null,
      created_at timestamptz not null,
      primary key (id)
    )`);
    this.addSql(
      `alter table approval add constraint approval_kind_check check (kind in ('tool', 'answer'))`,
    );
    this.addSql(
      `alter table approval add constraint approval_status_check check (status in ('waiting', 'approved', 'declined', 'expired'))`,
    );
    this.addSql(
      `alter table approval add constraint approval_turn_id_step_unique unique (turn_id, step)`,
    );
    this.addSql(
      `create index approval_waiting_index on approval (expires_at) where status = 'waiting'`,
    );
    this.addSql(
      `create index approval_unclosed_index on approval (decided_at) where closed_at is null and status <> 'waiting'`,
    );
    this.addSql(
      `create index turn_waiting_index on turn (conversation_id) where status = 'waiting'`,
    );
    this.addSql(
      `alter table approval add constraint approval_turn_id_foreign foreign key (turn_id) references turn (id) on delete cascade`,
    );
    this.addSql(
      `alter table approval add constraint approval_conversation_id_foreign foreign key (conversation_id) references conversation (id) on delete cascade`,
    );
    this.addSql(
      `alter table approval add constraint approval_requester_id_foreign foreign key (requester_id) references person (id) on delete set null`,
    );
    this.addSql(`create table approver (
      id uuid not null,
      person_id uuid not null,
      agent_id uuid null,
      room_id uuid null,
      created_at timestamptz not null,
      primary key (id)
    )`);
    this.addSql(
      `create unique index approver_unique_index on approver (person_id, agent_id, room_id) nulls not distinct`,
    );
    this.addSql(
      `alter table approver add constraint approver_person_id_foreign foreign key (person_id) references person (id) on delete cascade`,
    );
    this.addSql(
      `alter table approver add constraint approver_agent_id_foreign foreign key (agent_id) references agent (id) on delete cascade`,
    );
    this.addSql(
      `alter table approver add constraint approver_room_id_foreign foreign key (room_id) references room (id) on delete cascade`,
    );
    this.addSql(`alter table room add column feedback_buttons boolean null`);
    this.addSql(`create table click (
      id text not null,
      wish text not null,
      done boolean not null default false,
      created_at timestamptz not null,
      primary key (id)
    )`);
    this.addSql(`create index click_created_at_index on click (created_at)`);
  }
}
