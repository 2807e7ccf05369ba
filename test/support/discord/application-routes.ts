import { answerInteraction } from "./interaction-answers.ts";
import { INTENTS } from "./intents.ts";
import { findInteraction } from "./interaction-record.ts";
import { InteractionCallback } from "./interaction-shapes.ts";
import { redact } from "./redact.ts";
import type { Call, Route } from "./route.ts";
import { noContent, ok, param, route } from "./route.ts";
import type { World } from "./world.ts";
import { requireChannel } from "./world.ts";

export const applicationRoutes: Route[] = [
  route({
    method: "GET",
    path: "/applications/@me",
    run: ({ world }) => ok(toApplication(world)),
  }),
  route({
    method: "GET",
    path: "/oauth2/applications/@me",
    run: ({ world }) => ok(toApplication(world)),
  }),
  route({
    method: "POST",
    path: "/interactions/:interaction/:token/callback",
    open: true,
    body: InteractionCallback,
    run: (call) => {
      const { world, body, files } = call;
      const found = findInteraction(world, param(call, "token"));
      const record = found?.id === param(call, "interaction") ? found : undefined;
      answerInteraction(world, record, { body, files });
      return record && call.query.get("with_response") === "true"
        ? ok(toResponse(call, record))
        : noContent;
    },
  }),
];

function toResponse(call: Call, record: NonNullable<ReturnType<typeof findInteraction>>) {
  const { world } = call;
  const { originalId } = record;
  const message =
    originalId === undefined
      ? undefined
      : requireChannel(world, record.channelId).messages.get(originalId);
  return {
    interaction: {
      id: record.id,
      type: 2,
      ...(message && {
        response_message_id: message.api.id,
        response_message_loading: ((message.api.flags ?? 0) & 128) !== 0,
        response_message_ephemeral: ((message.api.flags ?? 0) & 64) !== 0,
      }),
    },
    ...(message && { resource: { type: record.callback?.type, message: redact(world, message) } }),
  };
}

/** The flags of an application on fewer than a hundred servers. */
function toFlags(granted: number): number {
  return FLAGS.filter(([intent]) => (granted & intent) !== 0).reduce(
    (all, [, flag]) => all | flag,
    0,
  );
}

const FLAGS: [intent: number, flag: number][] = [
  [INTENTS.GUILD_PRESENCES, 1 << 13],
  [INTENTS.GUILD_MEMBERS, 1 << 15],
  [INTENTS.MESSAGE_CONTENT, 1 << 19],
];

function toApplication(world: World) {
  return {
    id: world.applicationId,
    name: "Troupe",
    icon: null,
    description: "",
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: "0".repeat(64),
    flags: toFlags(world.grantedIntents),
    flags_new: String(toFlags(world.grantedIntents)),
    owner: { ...world.bot, bot: undefined, id: world.applicationId },
    team: null,
    bot: world.bot,
    type: null,
    integration_types_config: { 0: {} },
    approximate_guild_count: world.guilds.size,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: 0,
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    explicit_content_filter: 0,
    eligible_oauth2_scopes: [],
    redirect_uris: [],
    tags: [],
  };
}
