import { Migration } from "@mikro-orm/migrations";

/** Threads that were begun before their channel was a room belong to it too. */
export class ThreadsOfChannels extends Migration {
  override up(): void {
    this.addSql(
      `update room thread set parent_id = channel.id from room channel
       where thread.parent_id is null and thread.key like '%:%:%'
         and channel.key = regexp_replace(thread.key, ':[^:]*$', '')`,
    );
  }
}
