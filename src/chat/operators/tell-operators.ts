import type { EntityManager } from "@mikro-orm/sql";
import { AppError, toErrorMessage } from "../../base/errors.ts";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { Improvement } from "../../behaviors/improvement/improvement.ts";
import type { ChatPlatforms } from "../../rooms/chat-platform.ts";
import { parseRoomKey } from "../../rooms/room-key.ts";
import { statement, type Sql } from "../../store/sql.ts";
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

const LOOK_EVERY_MS = 15_000;

const NOTE = statement(
  "note_suggestions",
  `insert into suggestion_notice (improvement_id, room_key, created_at)
   select id, $1, $2 from improvement where status = 'suggested' on conflict do nothing`,
);

// Longer than any call to a platform takes with all its attempts.
const TAKE = statement(
  "take_suggestion_notices",
  `with due as (
     select n.improvement_id from suggestion_notice n join improvement i on i.id = n.improvement_id
     where n.external_id is null and n.closed_at is null and i.status = 'suggested'
       and (n.posting_until is null or n.posting_until < $1)
     order by n.created_at limit 20 for update of n skip locked
   )
   update suggestion_notice n set posting_until = $1::timestamptz + interval '5 minutes',
     attempts = n.attempts + 1
   from due where n.improvement_id = due.improvement_id
   returning n.improvement_id as id, n.room_key as "roomKey", n.attempts`,
);

const POSTED = statement(
  "suggestion_posted",
  `update suggestion_notice set external_id = $2, posting_until = null where improvement_id = $1`,
);

const LATER = statement(
  "suggestion_not_posted",
  `update suggestion_notice set posting_until = null where improvement_id = $1`,
);

type Taken = { id: string; roomKey: string; attempts: number };

/**
 * Posts each suggested improvement once in the operators' room, with its buttons, and takes the buttons
 * away where it was decided anywhere. Any number of processes may do so: one posts, and one that takes
 * over from a dead one looks for the message first.
 */
export async function tellOperators(scope: TellingScope, roomKey: string): Promise<void> {
  const { sql, log } = scope;
  const now = () => new Date(scope.clock.now()).toISOString();
  await sql.rows(NOTE, [roomKey, now()]);
  for (const taken of await sql.rows<Taken>(TAKE, [now()])) {
    try {
      await post(scope, taken);
    } catch (error) {
      const { id } = taken;
      log.warn({ improvementId: id, error: toErrorMessage(error) }, "operators were not told");
      const isPassing = error instanceof AppError && error.code === "UNAVAILABLE";
      if (isPassing) await sql.rows(LATER, [id]);
    }
  }
  await closeSuggestions(scope);
}

async function post({ em, sql, platforms }: TellingScope, taken: Taken): Promise<void> {
  const { id, roomKey, attempts } = taken;
  const platform = platforms.get(parseRoomKey(roomKey).platform);
  const improvement = await em().findOne(Improvement, id, { populate: ["agent"] });
  if (!platform || !improvement) return;
  const externalId = await platform.ask(toOperatorsAddress(roomKey), id, {
    question: renderSuggestion(improvement),
    resumed: attempts > 1,
    about: "improvement",
  });
  await sql.rows(POSTED, [id, externalId]);
}

/** Looks now and four times a minute, until the returned function is called. */
export function startTellingOperators(scope: TellingScope, roomKey: string): () => Promise<void> {
  let running = Promise.resolve();
  const look = () => {
    running = running
      .then(() => tellOperators(scope, roomKey))
      .catch((error: unknown) =>
        scope.log.warn({ error: toErrorMessage(error) }, "operators could not be told"),
      );
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS);
  return async () => {
    clearInterval(timer);
    await running;
  };
}
