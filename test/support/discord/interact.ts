import { randomBytes } from "node:crypto";
import { toCommandData } from "./command-input.ts";
import type { InteractionRecord } from "./interaction-record.ts";
import { findInteraction, INTERACTION_TYPES } from "./interaction-record.ts";
import { toComponentData, toModalData } from "./component-input.ts";
import { can, permissionsIn } from "./permissions.ts";
import { toApiChannel, toApiMemberWithUser, toApiMessage } from "./to-api.ts";
import type { Channel, World } from "./world.ts";
import { requireChannel, requireGuild, requireUser } from "./world.ts";

type Where = { channel: string; user: string };
type CommandInput = {
  name: string;
  /** `"info"`, or `"group info"`. */
  subcommand?: string;
  options?: Record<string, string | number | boolean>;
};

/** Something a person does in the Discord client. */
export type Interaction = Where &
  (
    | ({ type: "command" } & CommandInput)
    | ({ type: "autocomplete"; focused: string } & CommandInput)
    | { type: "button"; message: string; customId: string }
    | { type: "select"; message: string; customId: string; values: string[] }
    | { type: "modal"; shownBy: string; fields: Record<string, string | string[]> }
  );

export type InteractionTimes = { answerWithinMs: number; tokenLifeMs: number };

/**
 * Lets a person run a command, press a button, choose, or submit a modal, and tells every gateway
 * session of the bot. Throws where the Discord client would not offer it: an unregistered command,
 * a missing option, a disabled or absent button, a modal that was not shown.
 */
export function interact(
  world: World,
  input: Interaction,
  times: InteractionTimes,
): InteractionRecord {
  const channel = requireChannel(world, input.channel);
  if (!can(world, input.user, channel, "VIEW_CHANNEL")) {
    throw new Error(`user ${input.user} cannot see channel ${input.channel}`);
  }
  const { kind, data, source } = toData(world, channel, input);
  const createdAt = world.now();
  const record: InteractionRecord = {
    id: world.nextId(),
    token: randomBytes(96).toString("base64url"),
    kind,
    commandName: "name" in input ? input.name : undefined,
    channelId: channel.id,
    guildId: channel.guildId,
    userId: input.user,
    createdAt,
    answerBy: createdAt + times.answerWithinMs,
    expiresAt: createdAt + times.tokenLifeMs,
    sourceMessageId: source,
    callback: undefined,
    choices: undefined,
    modal: undefined,
    originalId: undefined,
    followupIds: [],
    refusals: [],
  };
  world.interactions.set(record.token, record);
  const d = { ...toEnvelope(world, channel, record), data };
  world.emit({ t: "INTERACTION_CREATE", d, guildId: channel.guildId, intent: 0 });
  return record;
}

function toData(world: World, channel: Channel, input: Interaction) {
  switch (input.type) {
    case "command":
      return { kind: input.type, data: toCommandData(world, channel, input), source: undefined };
    case "autocomplete":
      return { kind: input.type, data: toCommandData(world, channel, input), source: undefined };
    case "button":
    case "select":
      return {
        kind: "component" as const,
        data: toComponentData(channel, input),
        source: input.message,
      };
    case "modal": {
      const shown = findInteraction(world, input.shownBy);
      if (!shown?.modal) throw new Error(`interaction ${input.shownBy} showed no modal`);
      return {
        kind: input.type,
        data: toModalData(shown.modal, input.fields),
        source: shown.sourceMessageId,
      };
    }
  }
}

function toEnvelope(world: World, channel: Channel, record: InteractionRecord) {
  const { guildId, userId } = record;
  const source = record.sourceMessageId && channel.messages.get(record.sourceMessageId);
  return {
    id: record.id,
    application_id: world.applicationId,
    type: INTERACTION_TYPES[record.kind],
    token: record.token,
    version: 1,
    channel_id: channel.id,
    channel: toApiChannel(world, channel),
    app_permissions: permissionsIn(world, world.bot.id, channel).toString(),
    locale: "en-US",
    entitlements: [],
    authorizing_integration_owners: { 0: guildId ?? "0" },
    context: guildId === undefined ? 1 : 0,
    attachment_size_limit: 10_485_760,
    ...(source && { message: toApiMessage(world, source) }),
    ...(guildId === undefined
      ? { user: requireUser(world, userId) }
      : {
          guild_id: guildId,
          guild: { id: guildId, locale: "en-US", features: [] },
          guild_locale: "en-US",
          member: {
            ...toApiMemberWithUser(world, requireGuild(world, guildId), userId),
            permissions: permissionsIn(world, userId, channel).toString(),
          },
        }),
  };
}
