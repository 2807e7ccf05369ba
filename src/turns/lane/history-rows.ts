import { toKnownTimeZone } from "../../base/time-zone.ts";
import type { Preferences } from "../../rooms/people/person.ts";
import { statement, type Sql } from "../../store/sql.ts";
import type { MessageFile } from "../../rooms/messages/message-file.ts";
import type { HistoryMessage, Participant } from "./claimed-turn.ts";

/** The most messages read for one turn; older ones are in the summary. */
export const HISTORY_LIMIT = 80;

/** A message `m` with its person `p` or writing agent `w`, as a compact JSON array. */
export const HISTORY_COLUMNS = `json_build_array(m.id, m.seq, m.text, m.posted_at,
  coalesce(p.name, w.name, 'somebody'), m.agent_id, m.person_id,
  nullif(p.preferences, '{}'), p.time_zone, m.external_id, p.external_id, m.files)`;

export type HistoryRow = [
  id: string,
  seq: number,
  text: string,
  postedAt: string,
  name: string,
  agentId: string | null,
  personId: string | null,
  preferences: Preferences | null,
  timeZone: string | null,
  externalId: string,
  personExternalId: string | null,
  files: MessageFile[] | null,
];

const LOAD_MESSAGES = statement(
  "load_messages",
  `select json_agg(${HISTORY_COLUMNS}) as history from message m
   left join person p on p.id = m.person_id left join agent w on w.id = m.agent_id
   where m.id = any($1::uuid[]) and m.deleted_at is null`,
);

/** The history oldest first, with every asked message in it, and the people who ask. */
export async function toHistory(
  { sql }: { sql: Sql },
  recent: HistoryRow[],
  askedIds: string[],
): Promise<{ history: HistoryMessage[]; people: Participant[] }> {
  const missing = askedIds.filter((asked) => !recent.some(([id]) => id === asked));
  const [older] =
    missing.length === 0
      ? []
      : await sql.rows<{ history: HistoryRow[] | null }>(LOAD_MESSAGES, [missing]);
  const rows = [...recent, ...(older?.history ?? [])].sort(([, a], [, b]) => a - b);
  const people = new Map<string, Participant>();
  for (const [id, , , , name, , personId, preferences, timeZone, , externalId] of rows) {
    if (personId === null || !askedIds.includes(id)) continue;
    people.set(personId, {
      id: personId,
      name,
      preferences: preferences ?? {},
      timeZone: toKnownTimeZone(timeZone),
      externalId: externalId ?? "",
    });
  }
  return { history: rows.map(toMessage), people: [...people.values()] };
}

function toMessage(row: HistoryRow): HistoryMessage {
  const [id, seq, text, postedAt, name, agentId, personId, , , externalId, , files] = row;
  return { id, seq, text, postedAt, name, agentId, personId, externalId, files: files ?? [] };
}
