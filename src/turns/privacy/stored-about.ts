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
  /** Files of these messages. */
  files: number;
  /** Rolling summaries of conversations in which the person wrote. */
  summaries: number;
  /** Answers that they judged, those taken back included. */
  verdicts: number;
  /** Of these, how many with a reason. */
  reasons: number;
};

const STORED = statement(
  "stored_about",
  `select p.name, p.preferences, p.time_zone as "timeZone",
     count(m.id)::int as messages, count(distinct m.room_id)::int as rooms,
     min(m.posted_at) as "oldestMessageAt", coalesce(sum(jsonb_array_length(m.files)), 0)::int as files,
     (select count(*)::int from conversation c where c.summary is not null and exists (
        select from message w where w.room_id = c.room_id and w.person_id = p.id)) as summaries,
     judged.verdicts, judged.reasons
   from person p left join message m on m.person_id = p.id and m.deleted_at is null
     cross join (select count(*)::int as verdicts, count(reason)::int as reasons
       from (select reason from feedback where person_id = $1
         union all select reason from early_feedback where person_id = $1) given) judged
   where p.id = $1 group by p.id, judged.verdicts, judged.reasons`,
);

/** What is stored about a person of a workspace; undefined where nothing is. */
export async function loadStoredAbout(
  { sql }: { sql: Sql },
  personId: string,
): Promise<StoredAbout | undefined> {
  const [row] = await sql.rows<StoredAbout>(STORED, [personId]);
  return row;
}
