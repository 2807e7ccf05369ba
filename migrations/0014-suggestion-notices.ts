import { Migration } from "@mikro-orm/migrations";

/** Which suggestions operators were told of, and where. */
export class SuggestionNotices extends Migration {
  override up(): void {
    this.addSql(`create table suggestion_notice (
      improvement_id uuid not null,
      room_key text not null,
      attempts int not null default 0,
      posting_until timestamptz null,
      external_id text null,
      created_at timestamptz not null,
      closed_at timestamptz null,
      primary key (improvement_id)
    )`);
    this.addSql(
      `create index suggestion_notice_open_index on suggestion_notice (created_at) where closed_at is null`,
    );
    this.addSql(
      `alter table suggestion_notice add constraint suggestion_notice_improvement_id_foreign foreign key (improvement_id) references improvement (id) on update cascade on delete cascade`,
    );
  }
}
