import { Migration } from "@mikro-orm/migrations";

/** Verdicts on answers whose turns have not ended, and where commands wait for their answer. */
export class LooseEnds extends Migration {
  override up(): void {
    this.addSql(`create table early_feedback (
      room_id uuid not null,
      external_id text not null,
      person_id uuid not null,
      verdict text not null,
      reason text null,
      created_at timestamptz not null,
      primary key (room_id, external_id, person_id)
    )`);
    this.addSql(
      `alter table early_feedback add constraint early_feedback_verdict_check check (verdict in ('good', 'bad'))`,
    );
    this.addSql(
      `alter table early_feedback add constraint early_feedback_room_id_foreign foreign key (room_id) references room (id) on delete cascade`,
    );
    this.addSql(
      `alter table early_feedback add constraint early_feedback_person_id_foreign foreign key (person_id) references person (id) on delete cascade`,
    );
    this.addSql(
      `alter table command_claim add column words text not null default '', add column reply_to text null`,
    );
    this.addSql(
      `create index command_claim_unanswered_index on command_claim (claimed_at) where reply_to is not null`,
    );
  }
}
