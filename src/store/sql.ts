/** A hand-written statement of the hot path: its text is planned once per connection under its name. */
export type Statement = { readonly name: string; readonly text: string };

/**
 * Runs prepared statements. Times come back as text and bigints as decimal strings, whichever
 * database is behind it; JSON values come back parsed.
 */
export type Sql = {
  /** One round trip. */
  rows<Row extends object>(statement: Statement, params: readonly unknown[]): Promise<Row[]>;
  /**
   * Shares a round trip, and its transaction, with whatever else asks for the same statement at that
   * moment. The statement takes a list per parameter (`unnest … with ordinality`) and answers a column
   * `position`, from 1, that says whose row it is. Where the statement fails, each asker is tried
   * alone, so that a failure is its own.
   */
  gathered<Row extends object>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
};

/** Names a statement. The text uses `$1`-style parameters. */
export function statement(name: string, text: string): Statement {
  return { name, text };
}
