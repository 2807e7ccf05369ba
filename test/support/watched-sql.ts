import type { Sql, Statement } from "../../src/store/sql.ts";

/** Runs around a statement; what it throws the caller gets, as if the database had failed. */
type SqlHook = (name: string, when: "before" | "after") => unknown;

export type WatchedSql = Sql & {
  /** Names of the statements run, in order. */
  readonly statements: string[];
  /** At most one hook at a time; undefined takes it away. */
  hook(hook: SqlHook | undefined): void;
};

/** A real `Sql` that tells what it runs and can fail where a test wants it to. */
export function watchSql(sql: Sql): WatchedSql {
  const statements: string[] = [];
  let current: SqlHook | undefined;
  const watch =
    (run: Sql["rows"]): Sql["rows"] =>
    async <Row extends object>(statement: Statement, params: readonly unknown[]) => {
      const hook = current;
      statements.push(statement.name);
      await hook?.(statement.name, "before");
      const rows = await run<Row>(statement, params);
      await hook?.(statement.name, "after");
      return rows;
    };
  return {
    statements,
    hook(hook) {
      current = hook;
    },
    rows: watch((statement, params) => sql.rows(statement, params)),
    gathered: watch((statement, values) => sql.gathered(statement, values)),
  };
}
