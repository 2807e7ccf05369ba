/** Kinds of arguments; `!` marks a required one. */
export type ArgumentKind = "string" | "boolean" | "integer" | "array" | "object";
export type ArgumentShape = ArgumentKind | `${ArgumentKind}!`;

const look = { username: "string", icon_emoji: "string", icon_url: "string" } as const;
const content = {
  text: "string",
  markdown_text: "string",
  blocks: "array",
  attachments: "array",
} as const;
const parsing = { parse: "string", link_names: "boolean", as_user: "boolean" } as const;
const page = { cursor: "string", limit: "integer" } as const;
const period = {
  oldest: "string",
  latest: "string",
  inclusive: "boolean",
  include_all_metadata: "boolean",
} as const;
const trigger = { view: "object!", trigger_id: "string", interactivity_pointer: "string" } as const;

/** What every method takes; bolt's clients add `team_id` to each call once they know the workspace. */
export const COMMON_ARGUMENTS: Record<string, ArgumentShape> = {
  token: "string",
  team_id: "string",
};

/** The arguments of each method as @slack/web-api 8.2.0 types them (src/types/request). */
export const ARGUMENT_SHAPES: Record<string, Record<string, ArgumentShape>> = {
  "apps.connections.open": {},
  "apps.uninstall": { client_id: "string!", client_secret: "string!" },
  "assistant.threads.setStatus": {
    ...look,
    channel_id: "string!",
    thread_ts: "string!",
    status: "string!",
    loading_messages: "array",
  },
  "assistant.threads.setSuggestedPrompts": {
    channel_id: "string!",
    thread_ts: "string",
    title: "string",
    prompts: "array!",
  },
  "assistant.threads.setTitle": { channel_id: "string!", thread_ts: "string!", title: "string!" },
  "auth.revoke": { test: "boolean" },
  "auth.test": {},
  "bots.info": { bot: "string" },
  "chat.appendStream": {
    channel: "string!",
    ts: "string!",
    markdown_text: "string",
    chunks: "array",
  },
  "chat.delete": { channel: "string!", ts: "string!", as_user: "boolean" },
  "chat.getPermalink": { channel: "string!", message_ts: "string!" },
  "chat.postEphemeral": {
    ...content,
    ...look,
    ...parsing,
    channel: "string!",
    user: "string!",
    thread_ts: "string",
  },
  "chat.postMessage": {
    ...content,
    ...look,
    ...parsing,
    channel: "string!",
    thread_ts: "string",
    reply_broadcast: "boolean",
    mrkdwn: "boolean",
    unfurl_links: "boolean",
    unfurl_media: "boolean",
    metadata: "object",
  },
  "chat.startStream": {
    ...look,
    channel: "string!",
    thread_ts: "string!",
    markdown_text: "string",
    chunks: "array",
    recipient_team_id: "string",
    recipient_user_id: "string",
    task_display_mode: "string",
  },
  "chat.stopStream": {
    channel: "string!",
    ts: "string!",
    markdown_text: "string",
    chunks: "array",
    blocks: "array",
    metadata: "object",
    session_status: "string",
  },
  "chat.update": {
    ...content,
    ...parsing,
    channel: "string!",
    ts: "string!",
    metadata: "object",
    reply_broadcast: "boolean",
    file_ids: "array",
  },
  "conversations.history": { ...page, ...period, channel: "string!" },
  "conversations.info": {
    channel: "string!",
    include_locale: "boolean",
    include_num_members: "boolean",
  },
  "conversations.join": { channel: "string!" },
  "conversations.list": { ...page, types: "string", exclude_archived: "boolean" },
  "conversations.members": { ...page, channel: "string!" },
  "conversations.open": {
    channel: "string",
    users: "string",
    return_im: "boolean",
    prevent_creation: "boolean",
  },
  "conversations.replies": { ...page, ...period, channel: "string!", ts: "string!" },
  "files.completeUploadExternal": {
    files: "array!",
    channel_id: "string",
    thread_ts: "string",
    initial_comment: "string",
    blocks: "array",
  },
  "files.getUploadURLExternal": {
    filename: "string!",
    length: "integer!",
    alt_text: "string",
    snippet_type: "string",
  },
  "files.info": { ...page, file: "string!", count: "integer", page: "integer" },
  "oauth.v2.access": {
    code: "string",
    client_id: "string",
    client_secret: "string",
    redirect_uri: "string",
    grant_type: "string",
    refresh_token: "string",
  },
  "reactions.add": { channel: "string!", timestamp: "string!", name: "string!" },
  "reactions.remove": { channel: "string", timestamp: "string", name: "string!" },
  "team.info": { team: "string", domain: "string" },
  "users.conversations": { ...page, types: "string", exclude_archived: "boolean", user: "string" },
  "users.info": { user: "string!", include_locale: "boolean" },
  "users.list": { ...page, include_locale: "boolean" },
  "views.open": trigger,
  "views.publish": { user_id: "string!", view: "object!", hash: "string" },
  "views.push": trigger,
  "views.update": {
    view: "object!",
    view_id: "string",
    external_id: "string",
    hash: "string",
  },
};
