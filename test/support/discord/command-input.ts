import type { WireCommand, WireCommandOption } from "./wire.ts";
import { toApiChannel, toApiMember } from "./to-api.ts";
import type { Channel, World } from "./world.ts";

type Value = string | number | boolean;
type CommandInput = {
  name: string;
  subcommand?: string;
  options?: Record<string, Value>;
  focused?: string;
};

/** Option types of Discord that carry no value but further options. */
const NESTING = new Set([1, 2]);

/** The `data` of a slash command as the Discord client would send it for a registered command. */
export function toCommandData(world: World, channel: Channel, input: CommandInput) {
  const command = findCommand(world, channel, input.name);
  const path = input.subcommand?.split(" ") ?? [];
  let declared: WireCommandOption[] = command.options ?? [];
  const nested = path.map((name) => {
    const found = declared.find((option) => option.name === name && NESTING.has(option.type));
    if (!found) throw new Error(`/${input.name} has no subcommand "${name}"`);
    declared = ("options" in found ? found.options : undefined) ?? [];
    return { name, type: found.type };
  });
  if (declared.some(({ type }) => NESTING.has(type))) {
    throw new Error(`/${input.name} ${path.join(" ")} needs a subcommand`);
  }
  let options: object[] = toOptions(declared, input);
  for (const { name, type } of nested.toReversed()) options = [{ name, type, options }];
  return {
    id: command.id,
    name: command.name,
    type: 1,
    ...(command.guild_id !== undefined && { guild_id: command.guild_id }),
    options,
    resolved: toResolved(world, channel, { declared, values: input.options ?? {} }),
  };
}

function findCommand(world: World, channel: Channel, name: string): WireCommand {
  const own = channel.guildId === undefined ? [] : (world.commands.get(channel.guildId) ?? []);
  const command = [...own, ...(world.commands.get("global") ?? [])].find(
    (candidate) => candidate.name === name && candidate.type === 1,
  );
  if (!command) throw new Error(`/${name} is not registered`);
  return command;
}

function toOptions(declared: WireCommandOption[], input: CommandInput) {
  const values = input.options ?? {};
  const typing = input.focused !== undefined;
  const unknown = Object.keys(values).find((name) => !declared.some((one) => one.name === name));
  if (unknown !== undefined) throw new Error(`/${input.name} has no option "${unknown}"`);
  const missing = declared.find(({ name, required }) => required && values[name] === undefined);
  if (missing && !typing) throw new Error(`/${input.name} needs the option "${missing.name}"`);
  if (typing && !declared.some((one) => one.name === input.focused && isCompleted(one))) {
    throw new Error(`/${input.name} has no autocomplete for "${input.focused}"`);
  }
  return declared.flatMap((option) => {
    const value = values[option.name];
    if (value === undefined) return [];
    if (!typing) checkChoice(option, value);
    const focused = input.focused === option.name;
    return [{ name: option.name, type: option.type, value, ...(focused && { focused }) }];
  });
}

function isCompleted(option: WireCommandOption): boolean {
  return "autocomplete" in option && (option.autocomplete ?? false);
}

function checkChoice(option: WireCommandOption, value: Value): void {
  const choices = "choices" in option ? option.choices : undefined;
  if (choices?.length && !choices.some((choice) => choice.value === value)) {
    throw new Error(`"${value}" is no choice of "${option.name}"`);
  }
}

function toResolved(
  world: World,
  channel: Channel,
  input: { declared: WireCommandOption[]; values: Record<string, Value> },
) {
  const guild = channel.guildId === undefined ? undefined : world.guilds.get(channel.guildId);
  const idsOf = (type: number) =>
    input.declared
      .filter((option) => option.type === type && input.values[option.name] !== undefined)
      .map(({ name }) => String(input.values[name]));
  const collect = (ids: string[], find: (id: string) => object | undefined) =>
    Object.fromEntries(ids.flatMap((id) => [[id, find(id)]]).filter(([, found]) => found));
  const memberOf = (id: string) => {
    const member = guild?.members.get(id);
    return member && { ...toApiMember(member), permissions: "0" };
  };
  const channelOf = (id: string) => {
    const found = world.channels.get(id);
    return found && { ...toApiChannel(world, found), permissions: "0" };
  };
  return {
    users: collect(idsOf(6), (id) => world.users.get(id)),
    members: collect(idsOf(6), memberOf),
    channels: collect(idsOf(7), channelOf),
    roles: collect(idsOf(8), (id) => guild?.roles.get(id)),
  };
}
