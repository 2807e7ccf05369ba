import type { Database } from "../../src/store/database.ts";

/** Notes every query of the ORM until `stop`, which answers them in order. */
export function countQueries({ orm }: Pick<Database, "orm">): { stop(): string[] } {
  const queries: string[] = [];
  const logger = orm.config.getLogger();
  const logQuery = logger.logQuery.bind(logger);
  logger.logQuery = (context) => void queries.push(context.query ?? "");
  return {
    stop() {
      logger.logQuery = logQuery;
      return queries;
    },
  };
}
