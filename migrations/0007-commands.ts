import { Migration } from "@mikro-orm/migrations";

/** Slash commands: a room's own behavior, turns told to stop, and commands that have been taken. */
export class Commands extends Migration {
  override up(): void {
    this.addSql(`alter table conversation add column behavior_id uuid null`);
    this.addSql(`alter table turn add column stop_reason text null`);
    this.addSql(`create index room_key_prefix_index on room (key text_pattern_ops)`);
    this.addSql(`create table command_claim (
      id text not null,
      claimed_at timestamptz not null,
      primary key (id)
    )`);
  }
}
