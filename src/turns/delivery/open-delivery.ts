import type { Agent } from "../../agents/agent.ts";
import { toAvatar } from "../../agents/avatar.ts";
import type { ChatPlatform, ReplyAddress, ReplyDraft } from "../../rooms/platform/chat-platform.ts";
import { parseRoomKey } from "../../rooms/room-key.ts";
import type { ClaimedTurn } from "../lane/claimed-turn.ts";
import type { TurnScope } from "../turn-scope.ts";

type Speaker = Pick<Agent, "slug" | "name" | "avatar">;

/** A reply on a platform where posting is a call that can be lost. */
export type Delivery = {
  readonly platform: ChatPlatform;
  readonly address: ReplyAddress;
  readonly draft: ReplyDraft;
  /** Whether answers in this room carry 👍 and 👎. */
  readonly feedbackButtons: boolean;
};

/**
 * Opens the reply of a turn, as its claim has written it down. A turn that a crash broke off continues
 * the delivery it had. Undefined in rooms whose own table is what people see.
 */
export function openDelivery(
  { platforms }: Pick<TurnScope, "platforms">,
  turn: ClaimedTurn,
  agent: Speaker,
): Delivery | undefined {
  const platform = platforms.get(parseRoomKey(turn.roomKey).platform);
  const { delivery: row } = turn;
  if (!platform || !row) return undefined;
  const isPersona = row.shared || hasPicture(agent);
  const address = {
    ...toAddress(turn, agent),
    ...(isPersona && { persona: true }),
    ...(row.namesake && { namesake: true }),
  };
  const draft = platform.openReply(address, row.id, { resumed: row.resumed });
  return { platform, address, draft, feedbackButtons: row.feedbackButtons };
}

function hasPicture({ avatar }: Speaker): boolean {
  const face = toAvatar(avatar);
  return face !== undefined && "url" in face;
}

/** The newest message that asks is the one answered; its writer is the one told. */
function toAddress(turn: ClaimedTurn, { slug, name, avatar }: Speaker): ReplyAddress {
  const { workspace, channel, thread } = parseRoomKey(turn.roomKey);
  const asked = turn.history.findLast(({ id }) => turn.askedIds.includes(id));
  const person = turn.people.find(({ id }) => id === asked?.personId);
  return {
    workspace: workspace ?? "",
    channel,
    ...(thread !== undefined && { thread }),
    replyTo: asked?.externalId ?? "",
    ...(asked && { asked: asked.text }),
    ...(person && { person: person.externalId }),
    agent: { slug, name, ...(avatar && { avatar }) },
  };
}
