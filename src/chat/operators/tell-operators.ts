import type { EntityManager } from "@mikro-orm/sql";
import { AppError, toErrorMessage } from "../../base/errors.ts";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { noteFacts } from "../../notices/note-facts.ts";
import type { NoticeKind } from "../../notices/notice.ts";
import type { ChatPlatform, ChatPlatforms } from "../../rooms/chat-platform.ts";
import { parseRoomKey } from "../../rooms/room-key.ts";
import { statement, type Sql } from "../../store/sql.ts";
import { lookRegularly } from "../look-regularly.ts";
import { closeSuggestions } from "./close-suggestions.ts";
import { toOperatorsAddress } from "./operators-address.ts";
import { renderSuggestion } from "./suggestion-text.ts";

export type TellingScope = {
  em: () => EntityManager;
  sql: Sql;
  clock: Clock;
  platforms: ChatPlatforms;
  log: Log;
};

// The oldest that nobody is posting; what is about the same thing is told in its order. The lease is
// longer than any call to a platform takes with all its attempts. What was noted without a room stays
// unposted, but for suggestions, which still want a decision.
const TAKE = statement(
  "take_notice",
  `with due as (
     select n.id from notice n
     where n.told_at is null and (n.posting_until is null or n.posting_until < $1)
       and case when n.kind = 'improvement_suggested'
         then exists (select from improvement i where i.id = n.subject_id and i.status = 'suggested')
         else n.room_key is not null end
       and not exists (select from notice before where before.subject_id = n.subject_id
         and before.told_at is null and before.room_key is not null and before.kind <> 'improvement_suggested'
         and (before.happened_at, before.id) < (n.happened_at, n.id))
     order by n.happened_at, n.id limit 1 for update of n skip locked
   )
   update notice n set posting_until = $1::timestamptz + interval '5 minutes', attempts = n.attempts + 1,
     room_key = $2
   from due where n.id = due.id
   returning n.id, n.kind, n.text, n.attempts`,
);

const TOLD = statement(
  "notice_told",
  `update notice set external_id = $2, told_at = $3, posting_until = null where id = $1`,
);

const LATER = statement(
  "notice_not_posted",
  `update notice set posting_until = null where id = $1`,
);

type Taken = { id: string; kind: NoticeKind; text: string; attempts: number };

/**
 * Notes what has happened, and posts each of it once in the operators' room where there is one:
 * suggestions with their buttons, which go away where they were decided anywhere. Any number of
 * processes may do so: one posts, and one that takes over from a dead one looks for the message first.
 * Nothing is tried while the room's workspace is closed.
 */
export async function tellOperators(
  scope: TellingScope,
  roomKey: string | undefined,
): Promise<void> {
  await noteFacts(scope, roomKey);
  if (roomKey === undefined) return;
  const { platform: name, workspace = "" } = parseRoomKey(roomKey);
  const platform = scope.platforms.get(name);
  if (!platform || (await platform.closedReason(workspace)) !== undefined) return;
  while (await tellOne(scope, platform, roomKey));
  await closeSuggestions(scope);
}

/** False where nothing is left to tell, or telling has to wait. */
async function tellOne(
  { sql, clock, log }: TellingScope,
  platform: ChatPlatform,
  roomKey: string,
): Promise<boolean> {
  const now = () => new Date(clock.now()).toISOString();
  const [taken] = await sql.rows<Taken>(TAKE, [now(), roomKey]);
  if (!taken) return false;
  const { id, kind } = taken;
  try {
    const externalId = await post(platform, roomKey, taken);
    await sql.rows(TOLD, [id, externalId, now()]);
    return true;
  } catch (error) {
    log.warn({ id, kind, error: toErrorMessage(error) }, "operators were not told");
    const isPassing = error instanceof AppError && error.code === "UNAVAILABLE";
    if (isPassing) await sql.rows(LATER, [id]);
    return false;
  }
}

async function post(
  platform: ChatPlatform,
  roomKey: string,
  { id, kind, text, attempts }: Taken,
): Promise<string | null> {
  const address = toOperatorsAddress(roomKey);
  const resumed = attempts > 1;
  if (kind === "improvement_suggested") {
    const question = renderSuggestion(text);
    return platform.ask(address, id, { question, resumed, about: "improvement" });
  }
  const [messageId] = await platform.openReply(address, id, { resumed }).finish(text);
  return messageId ?? null;
}

export function startTellingOperators(
  scope: TellingScope,
  roomKey: string | undefined,
): () => Promise<void> {
  return lookRegularly(scope.log, () => tellOperators(scope, roomKey), "operators were not told");
}
