import type { Preferences } from "../../rooms/person.ts";
import { statement, type Sql } from "../../store/sql.ts";

/** Everything that is kept about a person, as far as it can be told from others' data. */
export type StoredAbout = {
  name: string;
  preferences: Preferences;
  timeZone: string;
  /** Messages with their text. */
  messages: number;
  rooms: number;
  oldestMessageAt: string | null;
  /** Rolling summaries of conversations in which the person wrote. */
  summaries: number;
  verdicts: number;
};

const STORED = statement(
  "stored_about",
  `select p.name, p.preferences, p.time_zone as "timeZone",
     count(m.id)::int as messages, count(distinct m.room_id)::int as rooms,
     min(m.posted_at) as "oldestMessageAt",
     (select count(*)::int from conversation c where c.summary is not null and exists (
        select from message w where w.room_id = c.room_id and w.person_id = p.id)) as summaries,
     (select count(*)::int from feedback f where f.person_id = p.id) as verdicts
   from person p left join message m on m.person_id = p.id and m.deleted_at is null
   where p.id = $1 group by p.id`,
);

/** What is stored about a person of a workspace; undefined where nothing is. */
export async function loadStoredAbout(
  { sql }: { sql: Sql },
  personId: string,
): Promise<StoredAbout | undefined> {
  const [row] = await sql.rows<StoredAbout>(STORED, [personId]);
  return row;
}
