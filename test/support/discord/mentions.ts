import type { WireUser } from "./wire.ts";
import { can } from "./permissions.ts";
import type { Channel, World } from "./world.ts";

/** `allowed_mentions` of a request, in Discord's own names. */
export type AllowedMentions = {
  parse?: (string | null)[] | null | undefined;
  users?: (string | null)[] | null | undefined;
  roles?: (string | null)[] | null | undefined;
  replied_user?: boolean | null | undefined;
};

export type FoundMentions = { users: WireUser[]; roles: string[]; everyone: boolean };

/** Who is pinged by a text: mentions in code are none, and `allowed_mentions` narrows them. */
export function findMentions(
  world: World,
  channel: Channel,
  input: { content: string; authorId: string; allowed: AllowedMentions | null | undefined },
): FoundMentions {
  const { content, authorId, allowed } = input;
  const text = content.replaceAll(/```[\s\S]*?```|``[\s\S]*?``|`[^`]*`/g, "");
  const idsOf = (pattern: RegExp) => [
    ...new Set([...text.matchAll(pattern)].map(([, id]) => id ?? "")),
  ];
  const members = channel.guildId ? world.guilds.get(channel.guildId)?.members : undefined;
  const present = (id: string) => (members ? members.has(id) : channel.recipients.includes(id));
  const roles = channel.guildId ? world.guilds.get(channel.guildId)?.roles : undefined;
  const mayPingAll = members !== undefined && can(world, authorId, channel, "MENTION_EVERYONE");
  return {
    users: idsOf(/<@!?(\d+)>/g)
      .filter((id) => present(id) && isAllowed(allowed, "users", id))
      .flatMap((id) => world.users.get(id) ?? []),
    roles: idsOf(/<@&(\d+)>/g).filter((id) => roles?.has(id) && isAllowed(allowed, "roles", id)),
    everyone:
      mayPingAll &&
      /@(everyone|here)\b/.test(text) &&
      (!allowed || (allowed.parse ?? []).includes("everyone")),
  };
}

function isAllowed(
  allowed: AllowedMentions | null | undefined,
  kind: "users" | "roles",
  id: string,
): boolean {
  if (!allowed) return true;
  return (allowed.parse ?? []).includes(kind) || (allowed[kind] ?? []).includes(id);
}
