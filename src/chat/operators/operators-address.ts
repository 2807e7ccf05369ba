import type { ReplyAddress } from "../../rooms/platform/chat-platform.ts";
import { parseRoomKey } from "../../rooms/room-key.ts";

/** A room in which the product itself says something that nobody asked for. */
export function toOperatorsAddress(roomKey: string): ReplyAddress {
  const { workspace = "", channel, thread } = parseRoomKey(roomKey);
  return {
    workspace,
    channel,
    ...(thread !== undefined && { thread }),
    replyTo: "",
    agent: { slug: "troupe", name: "Troupe" },
  };
}
