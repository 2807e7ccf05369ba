import type { EntityManager } from "@mikro-orm/sql";
import type { Clock } from "../../base/clock.ts";
import { statement, type Sql } from "../../store/sql.ts";
import type { Verdict } from "./feedback.ts";
import { recordFeedback, withdrawFeedback } from "./record-feedback.ts";

type Scope = { em: () => EntityManager; sql: Sql; clock: Clock };
type Wish = Verdict | "none";

// What a click means is settled when it first arrives, so that one that comes again means the same.
const SETTLE = statement(
  "settle_feedback_click",
  `with given as (
     select f.verdict from feedback f join message m on m.turn_id = f.turn_id
     where m.room_id = (select id from room where key = $2)
       and (m.external_id = $3 or $3 = any(m.part_ids))
       and f.person_id = $4 and f.withdrawn_at is null
     union all
     select verdict from early_feedback
     where room_id = (select id from room where key = $2) and external_id = $3 and person_id = $4
   ), settled as (
     insert into click (id, wish, created_at)
     values ($1, case when exists (select from given where verdict = $5) then 'none' else $5 end, $6)
     on conflict (id) do nothing returning wish
   )
   select wish, false as done from settled union all select wish, done from click where id = $1`,
);

const DONE = statement("click_done", `update click set done = true where id = $1`);

const FORGET = statement(
  "forget_clicks",
  `delete from click where created_at < $1::timestamptz - interval '1 day'`,
);

/**
 * A press of 👍 or 👎 on an answer: it gives the verdict, changes it, or takes it back where it was
 * given already. Answers what holds now; undefined where the message is no answer. The same click
 * again, as after a lost acknowledgement, changes nothing.
 */
export async function pressFeedback(
  scope: Scope,
  answer: { roomKey: string; externalId: string },
  { clickId, personId, verdict }: { clickId: string; personId: string; verdict: Verdict },
): Promise<Wish | undefined> {
  const settle = () =>
    scope.sql.rows<{ wish: Wish; done: boolean }>(SETTLE, [
      clickId,
      answer.roomKey,
      answer.externalId,
      personId,
      verdict,
      new Date(scope.clock.now()).toISOString(),
    ]);
  // One that waited for its twin sees what that one stored only when it looks again.
  const click = (await settle())[0] ?? (await settle())[0];
  if (!click || click.done) return click?.wish;
  const { wish } = click;
  const isKnown =
    wish === "none"
      ? await withdrawFeedback(scope, answer, { personId, verdict })
      : await recordFeedback(scope, answer, { personId, verdict: wish });
  await scope.sql.rows(DONE, [clickId]);
  return isKnown ? wish : undefined;
}

/** Forgets the clicks of yesterday: platforms send none again so late. */
export async function forgetClicks({ sql, clock }: Pick<Scope, "sql" | "clock">): Promise<void> {
  await sql.rows(FORGET, [new Date(clock.now()).toISOString()]);
}
