import { Migration } from "@mikro-orm/migrations";

/** What rooms on Slack and Discord need: threads, ways of taking part, deliveries, feedback. */
export class ChatPlatforms extends Migration {
  override up(): void {
    this.addSql(`alter table workspace add column status text not null default 'active',
      add column status_reason text null, add column credentials text null`);
    this.addSql(
      `alter table workspace add constraint workspace_status_check check (status in ('active', 'revoked'))`,
    );
    this.addSql(`alter table room add column parent_id uuid null,
      add column reply_in text not null default 'thread'`);
    this.addSql(
      `alter table room add constraint room_reply_in_check check (reply_in in ('thread', 'room'))`,
    );
    this.addSql(`alter table conversation add column mode text not null default 'mention'`);
    this.addSql(
      `alter table conversation add constraint conversation_mode_check check (mode in ('mention', 'always', 'listen', 'off'))`,
    );
    this.addSql(`alter table message add column part_ids text[] null,
      add column edited_at timestamptz null, add column deleted_at timestamptz null`);
    this.addSql(`create table delivery (
      id uuid not null,
      turn_id uuid not null,
      created_at timestamptz not null,
      primary key (id)
    )`);
    this.addSql(`alter table delivery add constraint delivery_turn_id_unique unique (turn_id)`);
    this.addSql(
      `alter table delivery add constraint delivery_turn_id_foreign foreign key (turn_id) references turn (id) on delete cascade`,
    );
    this.addSql(`create table feedback (
      turn_id uuid not null,
      person_id uuid not null,
      verdict text not null,
      reason text null,
      created_at timestamptz not null,
      withdrawn_at timestamptz null,
      primary key (turn_id, person_id)
    )`);
    this.addSql(
      `alter table feedback add constraint feedback_verdict_check check (verdict in ('good', 'bad'))`,
    );
    this.addSql(
      `alter table feedback add constraint feedback_turn_id_foreign foreign key (turn_id) references turn (id) on update cascade on delete cascade`,
    );
    this.addSql(
      `alter table feedback add constraint feedback_person_id_foreign foreign key (person_id) references person (id) on update cascade on delete cascade`,
    );
  }
}
