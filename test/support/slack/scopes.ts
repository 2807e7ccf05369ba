import type { ChannelKind } from "./world.ts";

/** The scope that each method asks of a bot token, from docs.slack.dev/reference/methods. */
const METHOD_SCOPES: Record<string, string> = {
  "chat.postMessage": "chat:write",
  "chat.update": "chat:write",
  "chat.delete": "chat:write",
  "chat.postEphemeral": "chat:write",
  "chat.startStream": "chat:write",
  "chat.appendStream": "chat:write",
  "chat.stopStream": "chat:write",
  "conversations.join": "channels:join",
  "conversations.open": "im:write",
  "assistant.threads.setStatus": "assistant:write",
  "assistant.threads.setTitle": "assistant:write",
  "assistant.threads.setSuggestedPrompts": "assistant:write",
  "users.info": "users:read",
  "users.list": "users:read",
  "bots.info": "users:read",
  "team.info": "team:read",
  "reactions.add": "reactions:write",
  "reactions.remove": "reactions:write",
  "files.getUploadURLExternal": "files:write",
  "files.completeUploadExternal": "files:write",
  "files.info": "files:read",
};

const KIND_PREFIX: Record<ChannelKind, string> = {
  channel: "channels",
  group: "groups",
  im: "im",
  mpim: "mpim",
};

/** `read` for a channel's facts, `history` for its messages; each kind of channel has a scope of its own. */
export function channelScope(kind: ChannelKind, access: "read" | "history"): string {
  return `${KIND_PREFIX[kind]}:${access}`;
}

export function methodScope(method: string): string | undefined {
  return METHOD_SCOPES[method];
}

export const ALL_SCOPES: readonly string[] = [
  ...new Set(Object.values(METHOD_SCOPES)),
  ...Object.values(KIND_PREFIX).flatMap((prefix) => [`${prefix}:read`, `${prefix}:history`]),
  "app_mentions:read",
  "chat:write.customize",
  "commands",
  "reactions:read",
];
