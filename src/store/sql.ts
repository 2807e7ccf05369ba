/** A hand-written statement of the hot path: its text is planned once per connection under its name. */
export type Statement = { readonly name: string; readonly text: string };

/**
 * Runs prepared statements, one round trip each. Times come back as text and bigints as decimal
 * strings, whichever database is behind it; JSON values come back parsed.
 */
export type Sql = {
  rows<Row extends object>(statement: Statement, params: readonly unknown[]): Promise<Row[]>;
};

/** Names a statement. The text uses `$1`-style parameters. */
export function statement(name: string, text: string): Statement {
  return { name, text };
}
