import { Migration } from "@mikro-orm/migrations";

/** What a workspace has granted the product, and since when. */
export class Installations extends Migration {
  override up(): void {
    this.addSql(`alter table workspace add column scopes text[] null,
      add column installed_at timestamptz null`);
  }
}
