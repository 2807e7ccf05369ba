import type { Installation } from "./installation.ts";
import type { Outcome } from "./outcome.ts";

const STATEMENTS = [
  `select count(*) filter (where person_id is not null)::int as asked,
     count(*) filter (where agent_id is not null)::int as answered,
     count(distinct turn_id)::int as "answeredTurns" from message`,
  `select count(*)::int as turns, count(*) filter (where status = 'done')::int as done,
     count(*) filter (where status = 'merged')::int as merged from turn`,
  `select count(*)::int as held from conversation where holder_id is not null`,
  `select count(*)::int as answers from agent_statistics where tasks_completed <> tasks_succeeded`,
];

/** Ends the installation and compares the database with what the doors told. */
export async function judgeDatabase(
  installation: Installation,
  { sent, turns }: Outcome,
): Promise<string[]> {
  const done = [...turns.values()].filter(({ status }) => status === "DONE").length;
  const expected = [
    { asked: sent.length, answered: done, answeredTurns: done },
    { turns: sent.length, done, merged: sent.length - done },
    { held: 0 },
    { answers: 0 },
  ].map((row) => JSON.stringify(row));
  const found = (await installation.endAndQuery(STATEMENTS)).map(([row]) => JSON.stringify(row));
  return expected.flatMap((row, index) =>
    row === found[index] ? [] : [`the database has ${found[index]}, not ${row}`],
  );
}
