import type { Channel, Message, Person, Workspace, World } from "./world.ts";

/** The workspace with this id or name; the first one where none is named. */
export function requireWorkspace(world: World, idOrName?: string): Workspace {
  const all = [...world.workspaces.values()];
  const found = all.find(
    ({ teamId, name }) => idOrName === undefined || teamId === idOrName || name === idOrName,
  );
  if (found === undefined) throw new Error(`no workspace ${idOrName ?? "was added"}`);
  return found;
}

/**
 * The workspace and channel with this channel id, or this name (in the named or first workspace). Where
 * two workspaces share a channel it is that of the named one.
 */
export function requireChannel(
  world: World,
  idOrName: string,
  team?: string,
): { workspace: Workspace; channel: Channel } {
  const named = team === undefined ? [] : [requireWorkspace(world, team)];
  for (const workspace of [...named, ...world.workspaces.values()]) {
    const channel = workspace.channels.get(idOrName);
    if (channel) return { workspace, channel };
  }
  const workspace = requireWorkspace(world, team);
  for (const channel of workspace.channels.values()) {
    if (channel.name === idOrName && channel.kind !== "im") return { workspace, channel };
  }
  throw new Error(`no channel ${idOrName} in ${workspace.name}`);
}

export function requirePerson(workspace: Workspace, idOrName: string): Person {
  const byId = workspace.people.get(idOrName);
  if (byId) return byId;
  for (const person of workspace.people.values()) if (person.name === idOrName) return person;
  throw new Error(`no person ${idOrName} in ${workspace.name}`);
}

export function findMessage(channel: Channel, ts: string): Message | undefined {
  return channel.messages.findLast((message) => message.ts === ts);
}

export function requireMessage(channel: Channel, ts: string): Message {
  const message = findMessage(channel, ts);
  if (message === undefined) throw new Error(`no message ${ts} in ${channel.name}`);
  return message;
}

/** The direct conversation of a person with the app, opened where there is none. */
export function openDirect(world: World, workspace: Workspace, userId: string): Channel {
  const members = [userId, workspace.bot.userId];
  for (const channel of workspace.channels.values()) {
    if (channel.kind === "im" && members.every((id) => channel.members.has(id))) return channel;
  }
  const channel: Channel = {
    ...createChannel(world.newId("D"), `dm-${userId}`, members),
    kind: "im",
  };
  workspace.channels.set(channel.id, channel);
  return channel;
}

export function createChannel(id: string, name: string, members: Iterable<string>): Channel {
  return {
    id,
    name,
    kind: "channel",
    creator: "U0FOUNDER",
    members: new Set(members),
    archived: false,
    messages: [],
    ephemerals: [],
    statuses: new Map(),
  };
}

/** Whether a message is being streamed; one that was too long is no more, and stays as it is. */
export function isStreaming({ streamLifeMs }: World, { stream }: Message): boolean {
  if (stream?.state !== "in_progress") return false;
  if (Date.now() - stream.startedAt >= streamLifeMs) stream.state = "completed";
  return stream.state === "in_progress";
}
