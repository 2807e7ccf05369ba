import {
  type APIInteractionResponseCallbackData,
  type APIMessage,
  type BaseInteraction,
  InteractionResponseType,
  MessageFlags,
  type RawFile,
  REST,
  Routes,
} from "discord.js";
import { DISCORD_CODES, discordCodeOf } from "./discord-error.ts";
import { isTooLong } from "./rate-limit.ts";

/** What somebody gave or pressed, and for 15 minutes the key to answering it. */
export type Asked = Pick<BaseInteraction, "applicationId" | "createdTimestamp" | "id" | "token">;

/** One message of an answer. */
export type InteractionMessage = {
  data: Omit<APIInteractionResponseCallbackData, "attachments">;
  files?: RawFile[];
};

/** How an interaction is acknowledged before there is an answer: "thinking", for the person alone, or nothing to be seen. */
export type Deferral = "reply" | "update";

export type InteractionCalls = {
  /** The first answer, as a message of its own or in place of the one that was pressed; false where there was a first answer already. */
  answer(to: Asked, as: Deferral, message: InteractionMessage): Promise<boolean>;
  /** Acknowledges; false where that was done already, by another process or by an attempt whose response was lost. */
  defer(to: Asked, as: Deferral): Promise<boolean>;
  /** Changes the first answer, or puts it in place of the sign that the bot is thinking. */
  edit(to: Asked, message: InteractionMessage): Promise<void>;
  followUp(to: Asked, message: InteractionMessage): Promise<void>;
  /** The first answer as Discord has it. */
  original(to: Asked): Promise<APIMessage>;
  /** Where any process can answer for 15 minutes, without a token. */
  replyUrl(to: Asked): string;
  close(): void;
};

const ANSWERS = {
  reply: InteractionResponseType.ChannelMessageWithSource,
  update: InteractionResponseType.UpdateMessage,
} as const;

/**
 * Answers to interactions. Discord does not count them among a bot's 50 requests a second, later ones
 * included (docs.discord.com, "Receiving and Responding", Endpoints), but discord.js counts all but the
 * first; so they have a client of their own that does not.
 */
export function createInteractionCalls(apiUrl: string | undefined): InteractionCalls {
  const rest = new REST({
    ...(apiUrl !== undefined && { api: apiUrl }),
    globalRequestsPerSecond: Infinity,
    rejectOnRateLimit: isTooLong,
  });

  /** False where there was a first answer already. */
  async function callBack(to: Asked, body: object, files: RawFile[] = []): Promise<boolean> {
    try {
      await rest.post(Routes.interactionCallback(to.id, to.token), { body, files, auth: false });
      return true;
    } catch (error) {
      if (discordCodeOf(error) !== DISCORD_CODES.alreadyAcknowledged) throw error;
      return false;
    }
  }

  return {
    answer(to, as, { data: { flags, ...body }, files }) {
      // What was pressed stays as visible as it is.
      const data = as === "update" ? body : { ...body, flags };
      return callBack(to, { type: ANSWERS[as], data }, files);
    },
    defer(to, as) {
      if (as === "update")
        return callBack(to, { type: InteractionResponseType.DeferredMessageUpdate });
      const data = { flags: MessageFlags.Ephemeral };
      return callBack(to, { type: InteractionResponseType.DeferredChannelMessageWithSource, data });
    },
    async edit({ applicationId, token }, { data: { flags: _flags, ...body }, files = [] }) {
      const route = Routes.webhookMessage(applicationId, token, "@original");
      await rest.patch(route, { body, files, auth: false });
    },
    async followUp({ applicationId, token }, { data, files = [] }) {
      await rest.post(Routes.webhook(applicationId, token), { body: data, files, auth: false });
    },
    async original({ applicationId, token }) {
      const route = Routes.webhookMessage(applicationId, token, "@original");
      return (await rest.get(route, { auth: false })) as APIMessage;
    },
    replyUrl({ applicationId, token }) {
      const { api, version } = rest.options;
      return `${api}/v${version}${Routes.webhook(applicationId, token)}`;
    },
    close() {
      rest.clearHashSweeper();
      rest.clearHandlerSweeper();
    },
  };
}
