import { toErrorMessage } from "../../base/errors.ts";
import { Improvement } from "../../behaviors/improvement/improvement.ts";
import { parseRoomKey } from "../../rooms/room-key.ts";
import { statement } from "../../store/sql.ts";
import { toOperatorsAddress } from "./operators-address.ts";
import type { TellingScope } from "./tell-operators.ts";
import { renderDecided } from "./suggestion-text.ts";

// For a day: a platform that takes the change no longer will not take it later either.
const OPEN = statement(
  "decided_suggestion_notices",
  `select n.id, n.room_key as "roomKey", n.external_id as "externalId"
   from notice n join improvement i on i.id = n.subject_id
   where n.kind = 'improvement_suggested' and n.closed_at is null and n.external_id is not null
     and i.status <> 'suggested'
     and coalesce(i.decided_at, i.closed_at, i.created_at) > $1::timestamptz - interval '1 day'
   order by n.happened_at limit 50`,
);

const CLOSED = statement("suggestion_closed", `update notice set closed_at = $2 where id = $1`);

type Decided = { id: string; roomKey: string; externalId: string };

/** Puts how suggestions were decided in the place of their messages; safe to repeat. */
export async function closeSuggestions(scope: TellingScope): Promise<void> {
  const now = new Date(scope.clock.now()).toISOString();
  for (const { id, roomKey, externalId } of await scope.sql.rows<Decided>(OPEN, [now])) {
    try {
      const platform = scope.platforms.get(parseRoomKey(roomKey).platform);
      const improvement = await scope.em().findOne(Improvement, id, { populate: ["agent"] });
      if (!platform || !improvement) continue;
      await platform.closeQuestion(
        toOperatorsAddress(roomKey),
        externalId,
        renderDecided(improvement),
      );
      await scope.sql.rows(CLOSED, [id, now]);
    } catch (error) {
      const fields = { improvementId: id, error: toErrorMessage(error) };
      scope.log.warn(fields, "a decided suggestion keeps its buttons for now");
    }
  }
}
