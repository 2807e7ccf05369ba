/** As they reach people: in the turn's record and in what an operator sees. */
export const DELETED = "The message was deleted before it was answered.";

/**
 * Three common table expressions that end the turns which wait on messages, for a statement that takes
 * those messages away: `opened`, `locked` and `unasked`. `messages` is a query of their ids. A statement
 * changes a row once: what else it sets of a lane goes with the lock, and is left out where it is `locked`.
 *
 * A claim that waits for the lane's lock while its turn is declined would make it a running one again;
 * the raised fence makes it find nothing. A lane that a live worker holds keeps its fence: what runs is
 * not broken off, and what waits behind it is claimed later, by who sees it declined.
 */
export function unask(
  messages: string,
  { at, reason, lane = "" }: { at: string; reason: string; lane?: string },
): string {
  return `opened as (
     select t.id, t.conversation_id from turn t
     where t.message_id in (${messages}) and t.status in ('pending', 'waiting')
   ), locked as (
     update conversation c set fence = c.fence + 1, holder_id = null${lane}
     where c.id in (select conversation_id from opened)
       and (c.holder_id is null or not exists (
         select from worker_process w where w.id = c.holder_id and w.alive_until > now()))
     returning c.id
   ), unasked as (
     update turn t set status = 'declined', finished_at = ${at}, reason = '${reason}'
     from opened left join locked on locked.id = opened.conversation_id
     where t.id = opened.id and t.status in ('pending', 'waiting')
     returning t.id
   )`;
}
