import { newId } from "../../base/ids.ts";
import type { ChatPlatform, ReplyAddress, ReplyDraft } from "../../rooms/chat-platform.ts";
import { parseRoomKey } from "../../rooms/room-key.ts";
import { statement } from "../../store/sql.ts";
import type { ClaimedTurn } from "../lane/claimed-turn.ts";
import { LeaseLost } from "../journal/journal.ts";
import type { TurnScope } from "../turn-scope.ts";

const OPEN_DELIVERY = statement(
  "open_delivery",
  `with made as (
     insert into delivery (id, turn_id, created_at)
     select $1, $2, $5 from conversation c where c.id = $3 and c.fence = $4
     on conflict (turn_id) do nothing returning id
   )
   select d.id, d.resumed, coalesce(r.feedback_buttons, up.feedback_buttons, true) as "feedbackButtons", (
     select count(distinct lane.agent_id) > 1
     from room near join conversation lane on lane.room_id = near.id and lane.mode <> 'off'
     where near.id in (r.id, r.parent_id) or near.parent_id = coalesce(r.parent_id, r.id)) as shared,
     exists (select 1
     from room near join conversation lane on lane.room_id = near.id
       join agent other on other.id = lane.agent_id and other.id <> c.agent_id
     where (near.id in (r.id, r.parent_id) or near.parent_id = coalesce(r.parent_id, r.id))
       and btrim(left(other.name, 80)) = btrim(left($6, 80))) as namesake
   from (select id, false as resumed from made
     union all select id, true from delivery where turn_id = $2) d,
     conversation c join room r on r.id = c.room_id left join room up on up.id = r.parent_id
   where c.id = $3`,
);

type OpenedRow = {
  id: string;
  resumed: boolean;
  feedbackButtons: boolean;
  /** Whether several agents take part in the channel or its threads. */
  shared: boolean;
  /** Whether another of them has the same name. */
  namesake: boolean;
};

/** A reply on a platform where posting is a call that can be lost. */
export type Delivery = {
  readonly platform: ChatPlatform;
  readonly address: ReplyAddress;
  readonly draft: ReplyDraft;
  /** Whether answers in this room carry 👍 and 👎. */
  readonly feedbackButtons: boolean;
};

/**
 * Writes down that a turn's reply is about to be posted, and opens it. A turn that a crash broke off
 * continues the delivery it had. Undefined in rooms whose own table is what people see.
 */
export async function openDelivery(
  scope: TurnScope,
  turn: ClaimedTurn,
  agent: { slug: string; name: string },
): Promise<Delivery | undefined> {
  const { platform: name } = parseRoomKey(turn.roomKey);
  const platform = scope.platforms.get(name);
  if (!platform?.traits.needsOutbox) return undefined;
  const [row] = await scope.sql.rows<OpenedRow>(OPEN_DELIVERY, [
    newId(),
    turn.turnId,
    turn.conversationId,
    turn.fence,
    new Date(scope.clock.now()).toISOString(),
    agent.name,
  ]);
  if (!row) throw new LeaseLost();
  const address = {
    ...toAddress(turn, agent),
    ...(row.shared && { persona: true }),
    ...(row.namesake && { namesake: true }),
  };
  const draft = platform.openReply(address, row.id, { resumed: row.resumed });
  return { platform, address, draft, feedbackButtons: row.feedbackButtons };
}

/** The newest message that asks is the one answered; its writer is the one told. */
function toAddress(
  turn: ClaimedTurn,
  { slug, name }: { slug: string; name: string },
): ReplyAddress {
  const { workspace, channel, thread } = parseRoomKey(turn.roomKey);
  const asked = turn.history.findLast(({ id }) => turn.askedIds.includes(id));
  const person = turn.people.find(({ id }) => id === asked?.personId);
  return {
    workspace: workspace ?? "",
    channel,
    ...(thread !== undefined && { thread }),
    replyTo: asked?.externalId ?? "",
    ...(person && { person: person.externalId }),
    agent: { slug, name },
  };
}
