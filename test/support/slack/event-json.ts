import { randomUUID } from "node:crypto";
import { findMessage } from "./look-up.ts";
import { toMessageJson } from "./message-json.ts";
import type { Channel, Json, Message, Workspace, World } from "./world.ts";

/** The body that carries an event to the app, over a socket or HTTP. */
export function toEventBody(world: World, workspace: Workspace, event: Json): Json {
  return {
    token: world.app.verificationToken,
    team_id: workspace.teamId,
    context_team_id: workspace.teamId,
    context_enterprise_id: null,
    api_app_id: world.app.id,
    event,
    type: "event_callback",
    event_id: world.newId("Ev"),
    event_time: Math.floor(Date.now() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: workspace.teamId,
        user_id: workspace.bot.userId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
    event_context: `4-${randomUUID()}`,
  };
}

type Place = { world: World; workspace: Workspace; channel: Channel };

/** The `message` event of something posted; with files it has the subtype `file_share`. */
export function messageEvent(place: Place, message: Message): Json {
  const parent = message.threadTs !== undefined && findMessage(place.channel, message.threadTs);
  return {
    ...toMessageJson(message, place),
    ...(message.files.length > 0 && { subtype: "file_share" }),
    ...(message.broadcast && { subtype: "thread_broadcast", root: rootOf(place, message) }),
    ...(parent && parent.user !== undefined && { parent_user_id: parent.user }),
    channel: place.channel.id,
    event_ts: message.ts,
    channel_type: place.channel.kind,
  };
}

function rootOf(place: Place, message: Message): Json | undefined {
  const root = findMessage(place.channel, message.threadTs ?? "");
  return root && toMessageJson(root, place);
}

/** The twin of a mention's `message` event: same ts, no channel_type, no subtype. */
export function mentionEvent(place: Place, message: Message): Json {
  return {
    ...toMessageJson(message, place),
    type: "app_mention",
    channel: place.channel.id,
    event_ts: message.ts,
  };
}

/** What Slack says of an edit, an unfurled link, a finished stream: all come as `message_changed`. */
export function changedEvent(place: Place, message: Message, previous: Json): Json {
  const ts = place.world.nextTs();
  return {
    type: "message",
    subtype: "message_changed",
    hidden: true,
    message: toMessageJson(message, place),
    previous_message: previous,
    channel: place.channel.id,
    ts,
    event_ts: ts,
    channel_type: place.channel.kind,
  };
}

export function deletedEvent(place: Place, message: Message): Json {
  const ts = place.world.nextTs();
  return {
    type: "message",
    subtype: "message_deleted",
    hidden: true,
    deleted_ts: message.ts,
    previous_message: toMessageJson(message, place),
    channel: place.channel.id,
    ts,
    event_ts: ts,
    channel_type: place.channel.kind,
  };
}
