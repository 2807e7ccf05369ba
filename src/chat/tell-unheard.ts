import type { Clock } from "../base/clock.ts";
import { toErrorMessage } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { ChatPlatform, ChatPlatforms } from "../rooms/chat-platform.ts";
import type { IncomingMessage, ReceivedMessage } from "../rooms/receive-message.ts";
import { parseRoomKey } from "../rooms/room-key.ts";
import { statement, type Sql } from "../store/sql.ts";
import { lookRegularly } from "./look-regularly.ts";

type Scope = { sql: Sql; platforms: ChatPlatforms; log: Log };
type Unheard = { messageId: string; roomKey: string; externalId: string; person: string };

const NOBODY_HERE =
  "No agent is in this room, so nobody answers. `/agent list` shows who there is, and `/agent invite` brings one.";

const UNTOLD = "somebody was not told that nobody answers";

const TOLD = statement(
  "unheard_told",
  `update message set unheard = false where id = $1 and unheard returning id`,
);

// Before, whoever stored it may still be at it. What is a day old helps nobody any more.
const LEFT = statement(
  "unheard_messages",
  `select m.id as "messageId", r.key as "roomKey", m.external_id as "externalId", p.external_id as person
   from message m join room r on r.id = m.room_id join person p on p.id = m.person_id
   where m.unheard and m.deleted_at is null and m.posted_at < $1::timestamptz - interval '5 minutes'
     and m.posted_at > $1::timestamptz - interval '1 day'
   order by m.posted_at limit 50`,
);

/**
 * Tells somebody who spoke to the product where there is no agent at all, not even a default one: a
 * turn, which would tell it, belongs to an agent. Whoever stored the message tells, and the event is
 * acknowledged meanwhile; where that process dies, a worker tells.
 */
export function tellUnheard(
  scope: Scope,
  { roomKey, externalId, person, toBot }: IncomingMessage,
  { duplicate, turnIds, messageId }: ReceivedMessage,
): void {
  if (toBot !== true || duplicate || turnIds.length > 0) return;
  scope.log.info({ messageId }, "nobody answers: no agent is in the room");
  const unheard = { messageId, roomKey, externalId, person: person.externalId };
  void tell(scope, unheard).catch(noteUntold(scope, unheard));
}

/** Tells those whom a process that died has left untold, each by one of those who look. */
export async function tellLeftUnheard(scope: Scope & { clock: Clock }): Promise<void> {
  const now = new Date(scope.clock.now()).toISOString();
  for (const left of await scope.sql.rows<Unheard>(LEFT, [now])) {
    if (!platformOf(scope, left)) continue;
    const [mine] = await scope.sql.rows(TOLD, [left.messageId]);
    if (mine) await say(scope, left).catch(noteUntold(scope, left));
  }
}

export function startTellingUnheard(scope: Scope & { clock: Clock }): () => Promise<void> {
  return lookRegularly(scope.log, () => tellLeftUnheard(scope), UNTOLD);
}

function noteUntold({ log }: Scope, { messageId }: Unheard): (error: unknown) => void {
  return (error) => log.warn({ messageId, error: toErrorMessage(error) }, UNTOLD);
}

async function tell(scope: Scope, unheard: Unheard): Promise<void> {
  if (!platformOf(scope, unheard)) return;
  await say(scope, unheard);
  await scope.sql.rows(TOLD, [unheard.messageId]);
}

function platformOf({ platforms }: Scope, { roomKey }: Unheard): ChatPlatform | undefined {
  return platforms.get(parseRoomKey(roomKey).platform);
}

async function say(scope: Scope, unheard: Unheard): Promise<void> {
  const { roomKey, externalId, person } = unheard;
  const { workspace = "", channel, thread } = parseRoomKey(roomKey);
  const place = { workspace, channel, ...(thread !== undefined && { thread }) };
  const address = { ...place, replyTo: externalId, person };
  await platformOf(scope, unheard)?.tellPrivately(address, NOBODY_HERE);
}
