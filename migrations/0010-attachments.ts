import { Migration } from "@mikro-orm/migrations";

/** Files that come with messages, and rooms in which agents answer other bots. */
export class Attachments extends Migration {
  override up(): void {
    this.addSql(`alter table conversation add column answers_bots boolean null`);
    this.addSql(
      `alter table message add column from_bot boolean not null default false, add column files jsonb null`,
    );
    this.addSql(`alter table turn add column bot_id uuid null`);
    this.addSql(
      `create index turn_bot_index on turn (bot_id, created_at) where bot_id is not null`,
    );
    this.addSql(
      `create index turn_bot_conversation_index on turn (conversation_id) where bot_id is not null`,
    );
    this.addSql(`create index room_parent_index on room (parent_id) where parent_id is not null`);
    this.addSql(`create table attachment (
      message_id uuid not null,
      file_id text not null,
      kind text not null,
      mime_type text null,
      content bytea null,
      text text null,
      reason text null,
      created_at timestamptz not null,
      primary key (message_id, file_id)
    )`);
    this.addSql(
      `alter table attachment add constraint attachment_kind_check check (kind in ('image', 'document', 'text', 'unread'))`,
    );
    this.addSql(
      `alter table attachment add constraint attachment_message_id_foreign foreign key (message_id) references message (id) on delete cascade`,
    );
  }
}
