import { statement, type Sql } from "../store/sql.ts";

/** A channel or direct conversation with all its threads. */
export type Place = {
  /** As in room keys, without a thread. */
  key: string;
  /** How many of its threads are rooms. */
  threads: number;
  /** Slugs of the agents that take part in it or in one of its threads. */
  agents: string[];
  /** When an agent answered there last, else when it became a room. */
  lastAt: Date;
};

const PLACES = statement(
  "list_places",
  `with known as (
     select r.id, r.created_at, split_part(r.key, ':', 1) || ':' || split_part(r.key, ':', 2) as place, r.key
     from room r where starts_with(r.key, $1::text)
   )
   select known.place as key, count(distinct known.id) filter (where known.key <> known.place)::int as threads,
     coalesce(json_agg(distinct a.slug) filter (where c.mode <> 'off'), '[]') as agents,
     max(coalesce(c.last_message_at, known.created_at)) as "lastAt"
   from known left join conversation c on c.room_id = known.id left join agent a on a.id = c.agent_id
   group by known.place order by max(coalesce(c.last_message_at, known.created_at)) desc, known.place
   limit $2`,
);

const MOST = 500;

/** The places whose keys begin with these letters, such as `slack:T024BE7LD`; the liveliest first. */
export async function listPlaces(
  { sql }: { sql: Sql },
  { under, first }: { under: string; first: number },
): Promise<Place[]> {
  const limit = Math.min(Math.max(first, 1), MOST);
  const rows = await sql.rows<Omit<Place, "lastAt"> & { lastAt: string }>(PLACES, [under, limit]);
  return rows.map((row) => ({ ...row, lastAt: new Date(row.lastAt) }));
}
