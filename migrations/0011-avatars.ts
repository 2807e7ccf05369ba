import { Migration } from "@mikro-orm/migrations";

/** The face an agent shows beside its name where it speaks under it. */
export class Avatars extends Migration {
  override up(): void {
    this.addSql(`alter table agent add column avatar text null`);
  }
}
