import { Migration } from "@mikro-orm/migrations";

/** Messages to the product that no agent answers, until their writers have been told so. */
export class UnheardMessages extends Migration {
  override up(): void {
    this.addSql(`alter table message add column unheard boolean not null default false`);
    this.addSql(`create index message_unheard_index on message (posted_at) where unheard`);
  }
}
