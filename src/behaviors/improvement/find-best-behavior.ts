import type { EntityManager } from "@mikro-orm/sql";
import { FEWEST_USES, rateInterval, rateOf, type Tally } from "./tally.ts";

export type ProvenBehavior = { id: string; name: string; revisionId: string; tally: Tally };

/**
 * The best-performing behavior of a role by what all agents did with its current revision: the one
 * whose success rate is highest for certain (the lower end of its 95 % interval), with more than ten
 * uses, and only where that beats `beats`. Retired ones and those of `except` are left out.
 */
export async function findBestBehavior(
  em: EntityManager,
  { role, beats, except }: { role: string; beats: Tally; except: readonly (string | null)[] },
): Promise<ProvenBehavior | undefined> {
  const rows = await em.execute<Row[]>(
    `select b.id, b.name, b.current_revision_id as "revisionId", sum(s.uses)::int as uses,
       sum(s.successes)::int as successes
     from behavior b join behavior_statistics s on s.revision_id = b.current_revision_id
     where b.role = ? and b.status <> 'retired' group by b.id having sum(s.uses) >= ?`,
    [role, FEWEST_USES],
  );
  const low = (row: Row) => rateInterval(row).low;
  const [best] = rows
    .filter((row) => !except.includes(row.id) && !except.includes(row.revisionId))
    .filter((row) => low(row) > rateOf(beats))
    .sort((a, b) => low(b) - low(a) || a.name.localeCompare(b.name));
  if (!best) return undefined;
  const { id, name, revisionId, uses, successes } = best;
  return { id, name, revisionId, tally: { uses, successes } };
}

type Row = Tally & { id: string; name: string; revisionId: string };
