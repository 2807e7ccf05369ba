import type { EntityManager } from "@mikro-orm/sql";
import type { ClaimedTurn, HistoryMessage } from "../lane/claimed-turn.ts";
import { correctCount } from "./correct-count.ts";
import { isNearlySame, RETRY_WITHIN_MS } from "./is-retry.ts";

type Asking = Pick<ClaimedTurn, "turnId" | "conversationId" | "agentId" | "history" | "askedIds">;

/**
 * Counts the agent's earlier answer as retried where the person asks it nearly the same again, in
 * the same room and at most two minutes after that answer. The history that the claim brought along
 * tells whether that may be so: only then is the database asked. Repeating it changes nothing.
 */
export async function noteRetry({ em }: { em: () => EntityManager }, turn: Asking): Promise<void> {
  for (const retry of findRetries(turn)) {
    await em().transactional(async (tx) => {
      const answered = await findRetried(tx, turn, retry);
      if (answered?.status !== "done") return;
      await tx.execute(`update turn set flaw = 'retried' where id = ? and flaw is null`, [
        answered.id,
      ]);
      await correctCount(tx, answered.id);
    });
  }
}

async function findRetried(
  tx: EntityManager,
  { turnId, conversationId }: Asking,
  { asked, before }: Retry,
): Promise<{ id: string; status: string } | undefined> {
  const [row] = await tx.execute<{ id: string; status: string }[]>(
    `select lead.id, lead.status from turn first
     join turn lead on lead.id = coalesce(first.merged_into_id, first.id)
     join message reply on reply.turn_id = lead.id
     where first.message_id in (${before.map(() => "?").join(", ")})
       and first.conversation_id = ? and lead.id <> ?
       and reply.posted_at <= ?::timestamptz
       and reply.posted_at >= ?::timestamptz - interval '${RETRY_WITHIN_MS} milliseconds'
     order by reply.seq desc limit 1`,
    [...before.map(({ id }) => id), conversationId, turnId, asked.postedAt, asked.postedAt],
  );
  return row;
}

type Retry = { asked: HistoryMessage; before: HistoryMessage[] };

/** So many of the person's own messages before the question are compared with it. */
const MESSAGES_COMPARED = 5;

function findRetries({ agentId, history, askedIds }: Asking): Retry[] {
  const retries: Retry[] = [];
  for (const asked of history.filter(({ id }) => askedIds.includes(id))) {
    const earlier = history.filter(({ seq }) => seq < asked.seq);
    const since = Date.parse(asked.postedAt) - RETRY_WITHIN_MS;
    const isAnswered = earlier.some(
      (reply) => reply.agentId === agentId && Date.parse(reply.postedAt) >= since,
    );
    if (asked.personId === null || !isAnswered) continue;
    const before = earlier
      .filter(({ id, personId }) => personId === asked.personId && !askedIds.includes(id))
      .slice(-MESSAGES_COMPARED)
      .filter(({ text }) => isNearlySame(text, asked.text));
    if (before.length > 0) retries.push({ asked, before });
  }
  return retries;
}
