import type { Clock } from "../base/clock.ts";
import { newId } from "../base/ids.ts";
import { statement, type Sql } from "../store/sql.ts";
import type { Member } from "./room-directory.ts";

type Asked = { id: string; conversationId: string };

// Not what was taken away meanwhile, and not what somebody was asked by before.
const ASK_LATE = statement(
  "ask_late",
  `insert into turn (id, conversation_id, message_id, created_at)
   select (ask ->> 0)::uuid, (ask ->> 1)::uuid, m.id, $3
   from message m, json_array_elements($2::json) as ask
   where m.id = $1 and m.deleted_at is null and not exists (select from turn t where t.message_id = m.id)
   on conflict (message_id, conversation_id) do nothing
   returning id, conversation_id as "conversationId"`,
);

/** Asks members for an answer to a message that is stored and has asked nobody so far. Safe to repeat. */
export async function askLate(
  { sql, clock }: { sql: Sql; clock: Clock },
  messageId: string,
  members: readonly Pick<Member, "conversationId">[],
): Promise<Asked[]> {
  if (members.length === 0) return [];
  const asks = members.map(({ conversationId }) => [newId(), conversationId]);
  const now = new Date(clock.now()).toISOString();
  return sql.rows<Asked>(ASK_LATE, [messageId, JSON.stringify(asks), now]);
}
