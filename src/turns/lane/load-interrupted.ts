import { statement, type Sql } from "../../store/sql.ts";
import type { TurnStep } from "../journal/turn-step.ts";

const LOAD_INTERRUPTED = statement(
  "load_interrupted_turn",
  `select
     coalesce((select json_agg(steps order by part) from turn_journal where turn_id = $1), '[]') as journal,
     coalesce((select json_agg(message_id order by seq) from turn where merged_into_id = $1), '[]') as "askedIds"`,
);

/** What a turn that a crash interrupted had finished, and the further messages it answers. */
export async function loadInterrupted(
  { sql }: { sql: Sql },
  turnId: string,
): Promise<{ journal: TurnStep[][]; askedIds: string[] }> {
  const [row] = await sql.rows<{ journal: TurnStep[][]; askedIds: string[] }>(LOAD_INTERRUPTED, [
    turnId,
  ]);
  return row as { journal: TurnStep[][]; askedIds: string[] };
}
