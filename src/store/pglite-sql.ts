import { parse, type PGlite, protocol } from "@electric-sql/pglite";
import { gatherStatements } from "./gather.ts";
import type { Sql, Statement } from "./sql.ts";

const { serialize } = protocol;

/**
 * Hand-written statements on the embedded database: each is planned once, as on Postgres, and then runs
 * in one call into the module. PGlite's own `query` plans anew and calls five times.
 */
export function createPgliteSql(pglite: PGlite): Sql {
  const prepared = new Map<string, number[]>();

  async function prepare({ name, text }: Statement): Promise<number[]> {
    const messages = await pglite.execProtocolStream(
      Buffer.concat([
        serialize.parse({ name, text }),
        serialize.describe({ type: "S", name }),
        serialize.sync(),
      ]),
    );
    const types = parse.parseDescribeStatementResults(messages);
    prepared.set(name, types);
    return types;
  }

  function toText(value: unknown, type: number): string | null {
    if (value === null || value === undefined) return null;
    const toType = pglite.serializers[type];
    return toType ? toType(value) : (value as { toString(): string }).toString();
  }

  // The lock that keeps a statement out of the ORM's transactions: there is one connection.
  const rows: Sql["rows"] = <Row extends object>(asked: Statement, params: readonly unknown[]) =>
    pglite._runExclusiveTransaction(async () => {
      const types = prepared.get(asked.name) ?? (await prepare(asked));
      const values = params.map((value, index) => toText(value, types[index] as number));
      const messages = await pglite.execProtocolStream(
        Buffer.concat([
          serialize.bind({ statement: asked.name, values }),
          serialize.describe({ type: "P" }),
          serialize.execute({}),
          serialize.sync(),
        ]),
      );
      const [result] = parse.parseResults(messages, pglite.parsers);
      return (result?.rows ?? []) as Row[];
    });

  // One at a time: there is one connection.
  return { rows, gathered: gatherStatements(rows, { underWay: 1 }) };
}
