import type { MikroORM } from "@mikro-orm/sql";
import { AppError } from "../base/errors.ts";

/**
 * Applies the migrations that are missing. A database that knows migrations this code does not is
 * refused with `CONFLICT`: it belongs to a newer version.
 */
export async function migrate(orm: MikroORM): Promise<void> {
  const known = new Set(orm.config.get("migrations").migrationsList?.map(nameOf));
  const executed = await orm.migrator.getExecuted();
  const unknown = executed.filter(({ name }) => !known.has(name)).map(({ name }) => name);
  if (unknown.length > 0) {
    throw new AppError(
      "CONFLICT",
      `The database is newer than this code (it has the migration ${unknown.join(", ")}). ` +
        "Start the newer version of Troupe, or restore a back-up made before the upgrade.",
    );
  }
  if (executed.length < known.size) await orm.migrator.up();
}

function nameOf(migration: unknown): string {
  return (migration as { name: string }).name;
}
