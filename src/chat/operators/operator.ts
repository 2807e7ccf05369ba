import type { Writer } from "../../rooms/platform/ingress.ts";
import { parseRoomKey } from "../../rooms/room-key.ts";

type Somebody = { roomKey: string; person: Writer };

/** Whether the configuration lists a person who acts in a room. */
export function isOperator(
  operators: ReadonlySet<string>,
  { roomKey, person: { externalId } }: Somebody,
): boolean {
  const { platform, workspace } = parseRoomKey(roomKey);
  return (
    operators.has(`${platform}:${workspace}.${externalId}`) ||
    (platform === "discord" && operators.has(`discord:${externalId}`))
  );
}

/** Names on platforms are chosen freely: the history of assignments keeps the id too. */
export function toActor({ roomKey, person: { name, externalId } }: Somebody): string {
  const { platform, workspace } = parseRoomKey(roomKey);
  const id = platform === "discord" ? externalId : `${workspace}.${externalId}`;
  return `${name} (${platform}:${id})`;
}
