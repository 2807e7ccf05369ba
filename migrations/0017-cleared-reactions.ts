import { Migration } from "@mikro-orm/migrations";

/** Which verdicts are reactions, so that they go away with them. */
export class ClearedReactions extends Migration {
  override up(): void {
    this.addSql(`alter table feedback add column by_reaction boolean not null default false`);
  }
}
