import type { EntityManager } from "@mikro-orm/sql";
import { BOT_LIMITS, type BotExchange } from "./bot-limits.ts";

const BY_PERSON = "person_id is not null and not from_bot";

// What a thread holds before a person writes in it counts with its channel: bots that open a thread
// for each message get no fresh start by it.
const EXCHANGE = `with here as (
    select id, parent_id, exists (select from message where room_id = room.id and ${BY_PERSON}) as joined
    from room where id = ?
  ), base as (
    select room.id, coalesce((select seq from message where room_id = room.id and ${BY_PERSON}
      order by seq desc limit 1), 0) as since
    from here join room
      on room.id = case when here.joined then here.id else coalesce(here.parent_id, here.id) end
  ), answered as (
    select t.cost_micros
    from base join room on room.id = base.id or room.parent_id = base.id
      join conversation c on c.room_id = room.id and c.agent_id = ?
      join turn t on t.conversation_id = c.id and t.bot_id is not null
      join message m on m.id = t.message_id and m.seq > base.since
    where room.id = base.id or not exists (
      select from message where room_id = room.id and ${BY_PERSON} and seq < m.seq)
  )
  select count(*)::int as consecutive, coalesce(sum(cost_micros), 0)::text as spent,
    (select count(*)::int from turn t join conversation c on c.id = t.conversation_id
     where t.bot_id = ? and c.agent_id = ? and t.created_at > ?) as pair
  from answered`;

type Row = { consecutive: number; spent: string; pair: number };

/** What an agent has answered to bots in a room, and to one bot anywhere. */
export async function loadExchange(
  tx: EntityManager,
  { roomId, agentId, botId }: { roomId: string; agentId: string; botId: string },
  nowMs: number,
): Promise<BotExchange> {
  const since = new Date(nowMs - BOT_LIMITS.pairWindowMs).toISOString();
  const [row] = await tx.execute<Row[]>(EXCHANGE, [roomId, agentId, botId, agentId, since]);
  const { consecutive, spent, pair } = row as Row;
  return { consecutiveAnswers: consecutive, spentMicros: BigInt(spent), pairAnswers: pair };
}
