import type { Sql, Statement } from "./sql.ts";

type Waiting = {
  values: readonly unknown[];
  resolve: (rows: object[]) => void;
  reject: (error: unknown) => void;
};
type Lane = { waiting: Waiting[]; underWay: number; planned: boolean };

// More would leave the database and this process waiting for each other in turns.
const MOST_TOGETHER = 16;
// A statement that waits for a lock must not hold up all others of its name.
const MOST_UNDER_WAY = 4;

type Limits = { underWay?: number };

/**
 * Sends a statement at once where none of its name is under way, and what is asked for meanwhile
 * together in the next ones: under load a round trip is shared by many turns, alone nothing waits.
 */
export function gatherStatements(
  rows: Sql["rows"],
  { underWay: mostUnderWay = MOST_UNDER_WAY }: Limits = {},
): Sql["gathered"] {
  const lanes = new Map<string, Lane>();

  return <Row extends object>(statement: Statement, values: readonly unknown[]) =>
    new Promise<Row[]>((resolve, reject) => {
      let lane = lanes.get(statement.name);
      if (!lane) lanes.set(statement.name, (lane = { waiting: [], underWay: 0, planned: false }));
      lane.waiting.push({ values, resolve: resolve as Waiting["resolve"], reject });
      if (lane.underWay === 0) send(lane, statement);
      else plan(lane, statement);
    });

  /** Whatever else this round of the event loop brings goes along. */
  function plan(lane: Lane, statement: Statement): void {
    if (lane.planned || lane.underWay >= mostUnderWay || lane.waiting.length === 0) return;
    lane.planned = true;
    setImmediate(() => {
      lane.planned = false;
      send(lane, statement);
      plan(lane, statement);
    });
  }

  function send(lane: Lane, statement: Statement): void {
    const together = lane.waiting.splice(0, MOST_TOGETHER);
    if (together.length === 0) return;
    lane.underWay++;
    void run(statement, together).finally(() => {
      lane.underWay--;
      plan(lane, statement);
    });
  }

  async function run(statement: Statement, together: Waiting[]): Promise<void> {
    try {
      const found = await rows<{ position: string }>(statement, toColumns(together));
      const parts: object[][] = together.map(() => []);
      for (const row of found) parts[Number(row.position) - 1]?.push(row);
      together.forEach(({ resolve }, index) => resolve(parts[index] ?? []));
    } catch (error) {
      const [only] = together;
      if (together.length > 1 && wasRolledBack(error)) {
        await Promise.all(together.map((one) => run(statement, [one])));
      } else if (only && together.length === 1) only.reject(error);
      else for (const { reject } of together) reject(error);
    }
  }
}

/** One list per parameter. */
function toColumns(together: Waiting[]): unknown[][] {
  const width = together[0]?.values.length ?? 0;
  return Array.from({ length: width }, (_, column) => together.map(({ values }) => values[column]));
}

/** The server refused the statement and kept nothing of it, so that each part can be tried alone. */
function wasRolledBack(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === "string" && /^(?!08|57)[0-9A-Z]{5}$/.test(code);
}
