import { type Client, Events, GatewayDispatchEvents } from "discord.js";
import type { Config } from "../../base/config.ts";
import type { Log } from "../../base/log.ts";
import type { Ingress } from "../../rooms/platform/ingress.ts";
import type { CommandDesk } from "../commands/command-desk.ts";
import { createDiscordCommands } from "./commands/discord-commands.ts";
import type { Presses } from "../../rooms/platform/presses.ts";
import { parseRoomKey } from "../../rooms/room-key.ts";
import { listenForPresses } from "./buttons/discord-presses.ts";
import type { WorkspaceRegister } from "../../rooms/workspaces/workspace-register.ts";
import { createInteractionCalls } from "./api/interaction-calls.ts";
import { createDoorEvents } from "./events/door-events.ts";
import { createEventLanes } from "./events/event-lanes.ts";
import { fillGaps } from "./events/fill-gaps.ts";
import { markTokenDead, wireGuilds } from "./events/guild-events.ts";
import { type Event, type EventKind, parseEvent } from "./events/parse-event.ts";
import { openGateway } from "./events/open-gateway.ts";
import type { DiscordMessage } from "./events/read-message.ts";
import { registerCommands } from "./commands/register-commands.ts";
import { newestId } from "./events/snowflake.ts";
import { DIRECT_WORKSPACE } from "./discord-platform.ts";

export type DiscordDoorOptions = {
  discord: NonNullable<Config["discord"]>;
  ingress: Ingress;
  desk: CommandDesk;
  /** Where presses of buttons go; absent: they have no meaning. */
  presses?: Presses | undefined;
  register: WorkspaceRegister;
  log: Log;
  /** How long the gateway may be silent before it is replaced. */
  silenceMs?: number;
};

const CLEARED = [
  GatewayDispatchEvents.MessageReactionRemoveAll,
  GatewayDispatchEvents.MessageReactionRemoveEmoji,
];
const GUILDS_LANE = "guilds";
const REFILL_MS = 30_000;
const MOST_SEEN = 20_000;

/**
 * Listens on Discord's gateway and hands in what people do. Rejects with an `AppError` that says what
 * to switch on where Discord does not let the bot in. Discord has no acknowledgement: an event that
 * cannot be stored is tried again from memory, and what came while the process was down is read from
 * the channels, as far as it is not older than 15 minutes. Edits, deletions and reactions of that
 * time are not made up for. Discord does not tell a bot which direct conversations it has: those that
 * were lively of late are known.
 */
export async function startDiscordDoor(options: DiscordDoorOptions) {
  const { discord, ingress, desk, presses, register, log, silenceMs } = options;
  const lanes = createEventLanes(log);
  const seen = new Map<string, string>();
  const direct = new Set<string>();
  const events = createDoorEvents(ingress);
  const calls = createInteractionCalls(discord.apiUrl);
  const commands = createDiscordCommands({ desk, calls, log });
  let refill: NodeJS.Timeout | undefined;

  function fill(client: Client<true>): void {
    const handle = (from: Client<true>, message: DiscordMessage) => events.message(from, message);
    fillGaps({ ingress, lanes, seen, direct, handle }, client);
  }

  function push(client: Client<true>, channel: string, task: () => Promise<void>): boolean {
    const isTaken = lanes.push(laneOf(client, channel), task);
    if (isTaken) return true;
    log.error({ channel }, "discord: too many events wait to be stored");
    refill ??= setTimeout(() => {
      refill = undefined;
      fill(client);
    }, REFILL_MS).unref();
    return false;
  }

  function hear(client: Client<true>, message: DiscordMessage): void {
    const { id, channel_id: channel, guild_id: guild } = message;
    if (!push(client, channel, () => events.message(client, message))) return;
    const newest = newestId([id, seen.get(channel) ?? "0"]);
    seen.delete(channel);
    seen.set(channel, newest);
    direct.delete(channel);
    if (guild === undefined) direct.add(channel);
    const [oldest] = seen.keys();
    if (seen.size <= MOST_SEEN || oldest === undefined) return;
    seen.delete(oldest);
    direct.delete(oldest);
  }

  function wire(anyClient: Client): void {
    const client = anyClient as Client<true>;
    client.once(Events.ClientReady, (ready) => void registerCommands(ready, log));
    client.on(Events.InteractionCreate, (interaction) => commands.hear(client, interaction));
    client.on(Events.ShardReady, () => fill(client));
    client.on(Events.ShardResume, () => fill(client));
    if (presses) listenForPresses(client, { presses, calls, log });
    // The packets themselves, because discord.js drops some for want of a cached channel or message.
    const { ws } = client;
    wireGuilds(ws, register, (task) => lanes.push(GUILDS_LANE, task));
    const listen = <Kind extends EventKind>(
      event: GatewayDispatchEvents,
      kind: Kind,
      handle: (data: Event<Kind>) => void,
    ) =>
      ws.on(event, (data: unknown) => {
        const parsed = parseEvent(kind, data);
        if (parsed) handle(parsed);
        else log.debug({ event }, "discord: an event that says too little is left alone");
      });
    listen(GatewayDispatchEvents.MessageCreate, "message", (data) => hear(client, data));
    listen(GatewayDispatchEvents.MessageUpdate, "message", (data) => {
      push(client, data.channel_id, () => events.edited(client, data));
    });
    listen(GatewayDispatchEvents.MessageDelete, "deleted", ({ id, ...at }) => {
      push(client, at.channel_id, () => events.deleted(client, at, [id]));
    });
    listen(GatewayDispatchEvents.MessageDeleteBulk, "swept", ({ ids, ...at }) => {
      push(client, at.channel_id, () => events.deleted(client, at, ids));
    });
    listen(GatewayDispatchEvents.MessageReactionAdd, "reaction", (data) => {
      push(client, data.channel_id, () => events.reaction(client, data, true));
    });
    listen(GatewayDispatchEvents.MessageReactionRemove, "reaction", (data) => {
      push(client, data.channel_id, () => events.reaction(client, data, false));
    });
    for (const event of CLEARED) {
      listen(event, "cleared", (data) => {
        push(client, data.channel_id, () => events.cleared(client, data));
      });
    }
  }

  const onTokenDead = () => markTokenDead(register, log);
  for (const key of await ingress.livelyIn(`discord:${DIRECT_WORKSPACE}.`)) {
    direct.add(parseRoomKey(key).channel);
  }
  const gateway = await openGateway({ discord, log, silenceMs, wire, onTokenDead });
  return {
    /** Hears nothing more; what is being stored is stored. */
    async close(): Promise<void> {
      clearTimeout(refill);
      await commands.close();
      await gateway.close();
      await lanes.close();
      calls.close();
    },
  };
}

/** Threads share the lane of their channel: what begins a thread is stored before what is said in it. */
function laneOf(client: Client, channel: string): string {
  const found = client.channels.cache.get(channel);
  return found?.isThread() ? (found.parentId ?? channel) : channel;
}
