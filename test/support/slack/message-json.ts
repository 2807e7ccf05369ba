import type { Json, Message, Person, SharedFile, Workspace, World } from "./world.ts";

type MessageContext = {
  world: World;
  workspace: Workspace;
  /** `include_all_metadata`: without it Slack leaves metadata out. */
  withMetadata?: boolean;
};

/** A message as events, history and answers show it. */
export function toMessageJson(message: Message, context: MessageContext): Json {
  return {
    ...authorOf(message, context),
    type: "message",
    ts: message.ts,
    ...(message.clientMsgId !== undefined && { client_msg_id: message.clientMsgId }),
    text: message.text,
    ...(message.username === undefined && { team: context.workspace.teamId }),
    ...(message.blocks && { blocks: message.blocks }),
    ...(message.attachments && { attachments: message.attachments }),
    ...(message.threadTs !== undefined && { thread_ts: message.threadTs }),
    ...(message.edited && { edited: message.edited }),
    ...(message.stream && { streaming_state: message.stream.state }),
    ...(message.files.length > 0 && filesOf(message, context.world)),
    ...reactionsOf(message),
    ...(context.withMetadata === true && message.metadata && { metadata: message.metadata }),
  };
}

function authorOf(message: Message, { world, workspace }: MessageContext): Json {
  const { botId } = message;
  if (botId === undefined) return { user: message.user };
  if (message.username !== undefined || message.stream !== undefined) {
    return {
      subtype: "bot_message",
      ...(message.username !== undefined && { username: message.username }),
      ...(message.icon !== undefined && { icons: { emoji: message.icon } }),
      bot_id: botId,
      app_id: world.app.id,
    };
  }
  return {
    user: message.user,
    bot_id: botId,
    app_id: world.app.id,
    ...(botId === workspace.bot.botId && { bot_profile: toBotProfile(world, workspace) }),
  };
}

function toBotProfile(world: World, { bot, teamId }: Workspace): Json {
  return {
    id: bot.botId,
    deleted: false,
    name: bot.name,
    updated: 1_700_000_000,
    app_id: world.app.id,
    icons: {},
    team_id: teamId,
  };
}

function filesOf(message: Message, world: World): Json {
  return { files: message.files.map((file) => toFileJson(file, world)), upload: false };
}

function reactionsOf({ reactions }: Message): Json {
  if (reactions.size === 0) return {};
  return {
    reactions: [...reactions].map(([name, users]) => ({
      name,
      users: [...users],
      count: users.size,
    })),
  };
}

export function toFileJson(file: SharedFile, world: World): Json {
  const url = `${world.origin}/files-pri/${file.id}`;
  const filetype = file.name.split(".").at(-1) ?? "binary";
  const created = 1_700_000_000;
  return {
    id: file.id,
    created,
    timestamp: created,
    name: file.name,
    title: file.title,
    mimetype: file.mimetype,
    filetype,
    pretty_type: filetype.toUpperCase(),
    user: file.createdBy,
    editable: false,
    size: file.content.length,
    mode: "hosted",
    is_external: false,
    external_type: "",
    is_public: true,
    public_url_shared: false,
    display_as_bot: false,
    username: "",
    url_private: `${url}/${encodeURIComponent(file.name)}`,
    url_private_download: `${url}/download/${encodeURIComponent(file.name)}`,
    permalink: `${url}/permalink`,
    file_access: "visible",
  };
}

export function toPersonJson(person: Person, teamId: string): Json {
  return {
    id: person.id,
    team_id: teamId,
    name: person.name,
    deleted: person.deleted,
    real_name: person.realName,
    tz: "Europe/Berlin",
    tz_label: "Central European Time",
    tz_offset: 3600,
    profile: {
      real_name: person.realName,
      display_name: person.name,
      real_name_normalized: person.realName,
      display_name_normalized: person.name,
      email: person.email,
      team: teamId,
    },
    is_admin: person.isAdmin,
    is_owner: false,
    is_restricted: false,
    is_bot: person.isBot,
    is_app_user: false,
    updated: 1_700_000_000,
  };
}
