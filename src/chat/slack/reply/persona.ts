import { toAvatar } from "../../../agents/avatar.ts";
import type { PrivateAddress } from "../../../rooms/platform/chat-platform.ts";

const LONGEST_NAME = 80;

/**
 * Under whose name and face a message is posted. Without chat:write.customize Slack leaves both out
 * and says nothing; later versions of the message keep them.
 */
export function toPersona({ agent }: Pick<PrivateAddress, "agent">) {
  if (!agent) return {};
  const avatar = toAvatar(agent.avatar);
  return {
    username: toUsername(agent),
    ...(avatar && ("url" in avatar ? { icon_url: avatar.url } : { icon_emoji: avatar.emoji })),
  };
}

export function toUsername({ name }: { name: string }): string {
  return name.slice(0, LONGEST_NAME).toWellFormed();
}
