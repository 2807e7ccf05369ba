import { ConnectionException } from "@mikro-orm/sql";

// Connection exceptions, a server that stops or has no connection left: https://www.postgresql.org/docs/current/errcodes-appendix.html
const AWAY = /^(08...|57P0[1-5]|53300|ECONN(REFUSED|RESET)|ETIMEDOUT|EPIPE)$/;
// What pg and its pool say without a code.
const TIMED_OUT = /^(timeout exceeded when trying to connect|Connection terminated\b)/;

/** Whether a statement failed because no connection to the database could be had or kept: it may be tried again. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof ConnectionException) return true;
  const { code } = error as { code?: unknown };
  return (typeof code === "string" && AWAY.test(code)) || TIMED_OUT.test(error.message);
}
