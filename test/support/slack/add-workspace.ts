import { createChannel, openDirect } from "./look-up.ts";
import { ALL_SCOPES } from "./scopes.ts";
import type { Channel, ChannelKind, Person, Workspace, World } from "./world.ts";

export type WorkspaceSpec = {
  name?: string;
  /** Given where a process outside needs to know it beforehand. */
  token?: string;
  /** Every scope of the double where none are given. */
  scopes?: readonly string[];
  people?: readonly string[];
  /** Those of the people who are admins of the workspace. */
  admins?: readonly string[];
  /** Channels that everybody and the app are in. */
  channels?: readonly string[];
  /** False: known to Slack, but the app is installed later through OAuth. */
  installed?: boolean;
};

/** A workspace with the app installed, its people, its channels and a direct conversation for each person. */
export function addWorkspace(world: World, spec: WorkspaceSpec = {}): Workspace {
  const teamId = world.newId("T");
  const name = spec.name ?? "Acme";
  const workspace: Workspace = {
    teamId,
    name,
    domain: name.toLowerCase().replace(/[^a-z0-9]+/g, "-"),
    bot: { userId: world.newId("U"), botId: world.newId("B"), name: "troupe" },
    token: spec.token ?? `xoxb-${teamId}-1`,
    people: new Map(),
    channels: new Map(),
    homes: new Map(),
    modals: [],
    installed: spec.installed ?? true,
  };
  world.workspaces.set(teamId, workspace);
  addPerson(world, workspace, { id: workspace.bot.userId, name: "troupe", isBot: true });
  if (workspace.installed) addBotToken(world, workspace, workspace.token, spec.scopes);
  for (const person of spec.people ?? ["ana", "ben"]) {
    addPerson(world, workspace, { name: person, isAdmin: spec.admins?.includes(person) ?? false });
  }
  for (const channel of spec.channels ?? ["general"]) addChannel(world, workspace, channel);
  return workspace;
}

export function addBotToken(
  world: World,
  workspace: Workspace,
  value: string,
  scopes: readonly string[] = ALL_SCOPES,
): void {
  workspace.token = value;
  workspace.installed = true;
  world.tokens.set(value, {
    value,
    kind: "bot",
    teamId: workspace.teamId,
    scopes: new Set(scopes),
    state: "active",
  });
}

export function addPerson(
  world: World,
  workspace: Workspace,
  {
    name,
    realName,
    id,
    isBot = false,
    isAdmin = false,
  }: { name: string; realName?: string; id?: string; isBot?: boolean; isAdmin?: boolean },
): Person {
  const person: Person = {
    id: id ?? world.newId("U"),
    name,
    realName: realName ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    email: `${name}@${workspace.domain}.example`,
    isBot,
    isAdmin,
    deleted: false,
  };
  workspace.people.set(person.id, person);
  if (!person.isBot) openDirect(world, workspace, person.id);
  return person;
}

/** A channel with everybody in it; without the app where `withApp` is false. */
export function addChannel(
  world: World,
  workspace: Workspace,
  name: string,
  options: { kind?: ChannelKind; withApp?: boolean; creator?: string; id?: string } = {},
): Channel {
  const members = new Set(workspace.people.keys());
  if (options.withApp === false) members.delete(workspace.bot.userId);
  const channel = createChannel(options.id ?? world.newId("C"), name, members);
  channel.kind = options.kind ?? "channel";
  channel.creator = options.creator ?? "U0FOUNDER";
  workspace.channels.set(channel.id, channel);
  return channel;
}

/** Many public channels that the app is not in, as large workspaces have them. */
export function addManyChannels(world: World, workspace: Workspace, count: number): void {
  for (let number = 0; number < count; number += 1) {
    const channel = createChannel(world.newId("C"), `project-${number}`, []);
    workspace.channels.set(channel.id, channel);
  }
}
