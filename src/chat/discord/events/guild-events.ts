import { type Client, GatewayDispatchEvents } from "discord.js";
import { toErrorMessage } from "../../../base/errors.ts";
import type { Log } from "../../../base/log.ts";
import type { WorkspaceRegister } from "../../../rooms/workspaces/workspace-register.ts";
import { type Event, parseEvent } from "./parse-event.ts";
import { TOKEN_HINT } from "../api/discord-error.ts";

type Ready = { guilds: readonly { id: string }[]; shard?: [number, number] };

const REMOVED =
  "The bot was removed from the Discord server. Invite it again with the address that npx troupe setup discord prints.";

/**
 * Keeps the register true to the servers that the bot is on, one event after another. What changed
 * while nobody listened is known from the list that each new connection begins with. A server that is
 * away because Discord has an outage is not left.
 */
export function wireGuilds(
  ws: Client["ws"],
  register: WorkspaceRegister,
  push: (task: () => Promise<void>) => void,
): void {
  const toRef = (externalId: string) => ({ platform: "discord" as const, externalId });

  ws.on(GatewayDispatchEvents.Ready, ({ guilds, shard }: Ready) => {
    const present = guilds.map(({ id }) => id);
    const of = { present, reason: REMOVED, ...(shard && { shard }) };
    push(() => register.revokedAllBut("discord", of));
  });
  const listen = (event: GatewayDispatchEvents, handle: (guild: Event<"guild">) => void) =>
    ws.on(event, (data: unknown) => {
      const guild = parseEvent("guild", data);
      if (guild) handle(guild);
    });
  const seen = ({ id, name, unavailable }: Event<"guild">) => {
    if (unavailable || name === undefined) return;
    push(async () => void (await register.installed(toRef(id), { name })));
  };
  listen(GatewayDispatchEvents.GuildCreate, seen);
  listen(GatewayDispatchEvents.GuildUpdate, seen);
  listen(GatewayDispatchEvents.GuildDelete, ({ id, unavailable }) => {
    if (unavailable) return;
    push(async () => void (await register.revoked(toRef(id), { reason: REMOVED })));
  });
}

/** With a dead token no server is served any more, by any process that has no better one. */
export async function markTokenDead(register: WorkspaceRegister, log: Log): Promise<void> {
  try {
    await register.revokedAllBut("discord", { present: [], reason: TOKEN_HINT });
  } catch (error) {
    log.error({ error: toErrorMessage(error) }, "discord: revoked servers are not marked");
  }
}
