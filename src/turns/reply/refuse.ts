import type { Agent } from "../../agents/agent.ts";
import { parseRoomKey } from "../../rooms/room-key.ts";
import type { ClaimedTurn } from "../lane/claimed-turn.ts";

type Refusable = Pick<Agent, "name" | "refusal" | "slug">;
type Asked = Pick<ClaimedTurn, "attempts" | "mode" | "roomKey">;

const MOST_ATTEMPTS = 10;

/** Why an agent does not even try to answer, in words for whoever asked; undefined where it does. */
export function refuse(agent: Refusable, turn: Asked): string | undefined {
  return agent.refusal() ?? refuseOff(agent, turn) ?? refuseEndless(agent, turn);
}

function refuseOff({ name, slug }: Refusable, { mode, roomKey }: Asked): string | undefined {
  if (mode !== "off") return undefined;
  const isConsole = parseRoomKey(roomKey).platform === "console";
  const command = isConsole
    ? `npx troupe rooms bind ${roomKey} ${slug} mention`
    : `/agent invite ${slug}`;
  return `${name} is switched off in this room: \`${command}\` turns it on.`;
}

/** A turn that breaks off again and again is given up, with its reason, rather than tried for ever. */
function refuseEndless({ name }: Refusable, { attempts }: Asked): string | undefined {
  if (attempts < MOST_ATTEMPTS) return undefined;
  return `${name} could not finish this answer in ${attempts} attempts. An operator can see why in the turn's journal.`;
}
