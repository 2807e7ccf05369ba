import { PermissionFlagsBits } from "discord.js";

/** What the bot's role needs on a server, as Discord's pages name it, and what for. */
export const NEEDED_PERMISSIONS = [
  { name: "View Channels", bit: PermissionFlagsBits.ViewChannel },
  { name: "Send Messages", bit: PermissionFlagsBits.SendMessages },
  { name: "Create Public Threads", bit: PermissionFlagsBits.CreatePublicThreads },
  { name: "Send Messages in Threads", bit: PermissionFlagsBits.SendMessagesInThreads },
  { name: "Attach Files", bit: PermissionFlagsBits.AttachFiles },
  // What was asked while the process was down is read, and a reply is never posted twice.
  { name: "Read Message History", bit: PermissionFlagsBits.ReadMessageHistory },
] as const;

const SCOPES = "bot applications.commands";

/** The permissions as the number that Discord's addresses carry. */
export function permissionsInteger(): bigint {
  return NEEDED_PERMISSIONS.reduce((bits, { bit }) => bits | bit, 0n);
}

/** The needed permissions that are not among these; an administrator has all. */
export function missingPermissions(held: bigint): string[] {
  if ((held & PermissionFlagsBits.Administrator) !== 0n) return [];
  return NEEDED_PERMISSIONS.filter(({ bit }) => (held & bit) === 0n).map(({ name }) => name);
}

/** Where whoever runs a server lets the bot in. */
export function toInviteUrl(applicationId: string): string {
  const permissions = permissionsInteger().toString();
  const query = new URLSearchParams({ client_id: applicationId, scope: SCOPES, permissions });
  return `https://discord.com/oauth2/authorize?${query.toString()}`;
}
