import { createHash } from "node:crypto";
import type { WireUser } from "./wire.ts";
import { ApiError } from "./api-error.ts";
import { removeMessages } from "./change-message.ts";
import { findInteraction } from "./interaction-record.ts";
import { followUp, originalOf, requireLive } from "./interaction-answers.ts";
import { applyEdit, toDraft } from "./message-body.ts";
import type { ExecuteWebhookBody } from "./message-shapes.ts";
import { CreateWebhook, EditMessage, ExecuteWebhook } from "./message-shapes.ts";
import { postMessage } from "./post-message.ts";
import { redact } from "./redact.ts";
import type { Call, Route } from "./route.ts";
import { noContent, ok, param, requirePermission, route } from "./route.ts";
import type { Channel, StoredMessage, World } from "./world.ts";
import { createUser, requireChannel } from "./world.ts";

const MAX_PER_CHANNEL = 15;
const hook = "/webhooks/:webhook/:token";
const hookMessage = `${hook}/messages/:message`;

export const webhookRoutes: Route[] = [
  route({ method: "POST", path: "/channels/:channel/webhooks", body: CreateWebhook, run: create }),
  route({
    method: "GET",
    path: "/channels/:channel/webhooks",
    run: (call) => {
      const channel = requireChannel(call.world, param(call, "channel"));
      requirePermission(call.world, channel, "MANAGE_WEBHOOKS");
      const all = [...call.world.webhooks.values()];
      return ok(all.filter(({ channel_id }) => channel_id === channel.id));
    },
  }),
  route({ method: "GET", path: hook, open: true, run: (call) => ok(requireWebhook(call)) }),
  route({
    method: "DELETE",
    path: "/webhooks/:webhook",
    run: (call) => {
      if (!call.world.webhooks.delete(param(call, "webhook"))) throw new ApiError("unknownWebhook");
      return noContent;
    },
  }),
  route({ method: "POST", path: hook, open: true, body: ExecuteWebhook, run: execute }),
  route({
    method: "GET",
    path: hookMessage,
    open: true,
    run: (call) => ok(redact(call.world, findOwn(call))),
  }),
  route({
    method: "PATCH",
    path: hookMessage,
    open: true,
    body: EditMessage,
    run: (call) => {
      const message = findOwn(call);
      message.api.flags = (message.api.flags ?? 0) & ~LOADING;
      const body = withoutUnasked(call);
      return ok(redact(call.world, applyEdit(call.world, message, { ...call, body })));
    },
  }),
  route({
    method: "DELETE",
    path: hookMessage,
    open: true,
    run: (call) => {
      const { api, channelId } = findOwn(call);
      removeMessages(call.world, requireChannel(call.world, channelId), [api.id]);
      return noContent;
    },
  }),
];

/** Flag of a message that still shows "… is thinking". */
const LOADING = 128;

function create(call: Call<{ name: string }>) {
  const { world } = call;
  const channel = requireChannel(world, param(call, "channel"));
  requirePermission(world, channel, "MANAGE_WEBHOOKS");
  if (channel.type !== 0) throw new ApiError("unknownChannel");
  const here = [...world.webhooks.values()].filter(({ channel_id }) => channel_id === channel.id);
  if (here.length >= MAX_PER_CHANNEL) throw new ApiError("tooManyWebhooks");
  const id = world.nextId();
  const token = `hook-${id}-${"t".repeat(48)}`;
  const webhook = {
    id,
    type: 1,
    name: call.body.name,
    avatar: null,
    channel_id: channel.id,
    ...(channel.guildId !== undefined && { guild_id: channel.guildId }),
    application_id: world.applicationId,
    user: world.bot,
    token,
    url: `https://discord.com/api/webhooks/${id}/${token}`,
  };
  world.webhooks.set(id, webhook);
  return ok(webhook);
}

function execute(call: Call<ExecuteWebhookBody>) {
  const { world, body, files } = call;
  if (param(call, "webhook") === world.applicationId) {
    return ok(redact(world, followUp(world, liveInteraction(call), { body, files })));
  }
  const webhook = requireWebhook(call);
  const channel = targetOf(call, webhook.channel_id);
  // Names lose leading, trailing and excess white space (docs.discord.com, User, "Usernames and Nicknames").
  const username = (body.username ?? webhook.name ?? "webhook").replace(/\s+/g, " ").trim();
  const author: WireUser = {
    ...createUser(webhook.id, username, null, true),
    discriminator: "0000",
    avatar: body.avatar_url ? createHash("md5").update(body.avatar_url).digest("hex") : null,
  };
  const posted = postMessage(world, channel, {
    ...toDraft(world, channel, { body: withoutUnasked(call), files }),
    author,
    webhookId: webhook.id,
  });
  return call.query.get("wait") === "true" ? ok(redact(world, posted)) : noContent;
}

/** Components that come by webhook are left out unless the query asks for them. */
function withoutUnasked<Body extends { components?: unknown }>({
  world,
  params,
  query,
  body,
}: Call<Body>): Body {
  const isHeard =
    params["webhook"] === world.applicationId || query.get("with_components") === "true";
  return isHeard ? body : { ...body, components: undefined };
}

/** The webhook's channel, or the thread under it that `thread_id` names. */
function targetOf(call: Call<ExecuteWebhookBody>, channelId: string): Channel {
  const threadId = call.query.get("thread_id");
  const channel = requireChannel(call.world, threadId ?? channelId);
  if (threadId !== null && channel.parentId !== channelId) throw new ApiError("unknownChannel");
  return channel;
}

function requireWebhook(call: Call) {
  const webhook = call.world.webhooks.get(param(call, "webhook"));
  if (!webhook || !call.world.channels.has(webhook.channel_id)) {
    throw new ApiError("unknownWebhook");
  }
  if (webhook.token !== param(call, "token")) throw new ApiError("invalidWebhookToken");
  return webhook;
}

function liveInteraction(call: { world: World; params: Record<string, string> }) {
  return requireLive(call.world, findInteraction(call.world, param(call, "token")));
}

/** A message of this webhook or interaction; `@original` is an interaction's first answer. */
function findOwn(call: Call): StoredMessage {
  const { world } = call;
  const id = param(call, "message");
  if (param(call, "webhook") === world.applicationId) {
    const record = liveInteraction(call);
    return originalOf(world, record, id);
  }
  const webhook = requireWebhook(call);
  const channel = world.channels.get(call.query.get("thread_id") ?? webhook.channel_id);
  const message = channel?.messages.get(id);
  if (!message || message.api.webhook_id !== webhook.id) throw new ApiError("unknownMessage");
  return message;
}
