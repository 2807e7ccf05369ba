import type { WireEmbed } from "./wire.ts";
import {
  addChannel,
  addGuild,
  addMember,
  addRole,
  addUser,
  inviteBot,
  kickBot,
  openDm,
  setGuildAvailable,
  setOverwrite,
} from "./build-world.ts";
import {
  clearReactions,
  editMessage,
  removeMessages,
  setReaction,
  startTyping,
  unfurlMessage,
} from "./change-message.ts";
import { emitMessage } from "./emit.ts";
import type { Interaction, InteractionTimes } from "./interact.ts";
import { interact } from "./interact.ts";
import { findInteraction } from "./interaction-record.ts";
import type { SaidInput } from "./say.ts";
import { say } from "./say.ts";
import { removeChannel, startThread, updateThread } from "./threads.ts";
import { typingIn, viewInteraction, visibleMessages } from "./view.ts";
import type { World } from "./world.ts";
import { requireChannel, requireMessage } from "./world.ts";

type At = { channel: string; message: string };
type Dispatched = { event: string; data: Record<string, unknown>; guild?: string };

/**
 * What people, moderators and Discord itself do, each verb with one JSON-ready input, so that it
 * can be called in the process and over the control endpoint alike.
 */
export function createPeople(world: World, times: InteractionTimes) {
  const at = ({ channel, message }: At) => requireMessage(requireChannel(world, channel), message);
  const view = ({ id }: { id: string }) => {
    const record = findInteraction(world, id);
    if (!record) throw new Error(`there is no interaction ${id}`);
    return viewInteraction(world, record);
  };
  return {
    addUser: (input: Parameters<typeof addUser>[1]) => addUser(world, input),
    /** Makes a guild; `channels` maps the names of its text channels to their ids. */
    addGuild: (input: Parameters<typeof addGuild>[1]) => {
      const { id, ownerId, botRoleId } = addGuild(world, input);
      const own = [...world.channels.values()].filter(({ guildId }) => guildId === id);
      const channels: Record<string, string> = Object.fromEntries(
        own.map((channel) => [channel.name, channel.id]),
      );
      return { id, ownerId, botRoleId, channels };
    },
    addChannel: (input: Parameters<typeof addChannel>[1]) => ({ id: addChannel(world, input).id }),
    addMember: (input: Parameters<typeof addMember>[1]) => addMember(world, input),
    addRole: (input: Parameters<typeof addRole>[1]) => addRole(world, input),
    setOverwrite: (input: Parameters<typeof setOverwrite>[1]) => setOverwrite(world, input),
    kickBot: ({ guild }: { guild: string }) => kickBot(world, guild),
    inviteBot: ({ guild }: { guild: string }) => inviteBot(world, guild),
    setGuildAvailable: ({ guild, available }: { guild: string; available: boolean }) =>
      setGuildAvailable(world, guild, available),
    /** The direct message channel of a person with the bot. */
    openDm: ({ user }: { user: string }) => ({ id: openDm(world, user).id }),
    closeDms: ({ user }: { user: string }) => void world.dmsClosed.add(user),

    say: (input: SaidInput) => ({ id: say(world, input).api.id }),
    edit: (input: At & { text: string }) => editMessage(world, at(input), { content: input.text }),
    unfurl: (input: At & { embed: WireEmbed }) => unfurlMessage(world, at(input), input.embed),
    /** Deletes one message, or several in one go as a moderation bot does. */
    remove: ({ channel, messages }: { channel: string; messages: string[] }) =>
      removeMessages(world, requireChannel(world, channel), messages, messages.length > 1),
    react: (input: At & { user: string; emoji: string }) =>
      setReaction(world, at(input), { emoji: input.emoji, userId: input.user, present: true }),
    unreact: (input: At & { user: string; emoji: string }) =>
      setReaction(world, at(input), { emoji: input.emoji, userId: input.user, present: false }),
    clearReactions: (input: At & { emoji?: string }) =>
      clearReactions(world, at(input), input.emoji),
    type: ({ channel, user }: { channel: string; user: string }) =>
      startTyping(world, requireChannel(world, channel), user),
    /** Anything that the gateway may send, as it is. */
    dispatch: ({ event: t, data: d, guild }: Dispatched) =>
      world.emit({ t, d, guildId: guild, intent: 0 }),
    /** The same MESSAGE_CREATE once more, with a new sequence number. */
    redeliver: (input: At) => emitMessage(world, "MESSAGE_CREATE", at(input)),

    startThread: (input: { channel: string; user: string; name: string; message?: string }) => {
      const parent = requireChannel(world, input.channel);
      const from = input.message === undefined ? undefined : requireMessage(parent, input.message);
      const thread = startThread(world, parent, {
        name: input.name,
        ownerId: input.user,
        ...(from && { from }),
      });
      return { id: thread.id };
    },
    archiveThread: ({ thread, locked }: { thread: string; locked?: boolean }) =>
      updateThread(world, requireChannel(world, thread), { archived: true, locked }),
    removeChannel: ({ channel }: { channel: string }) =>
      removeChannel(world, requireChannel(world, channel)),

    /** Runs a command, presses a button, chooses or submits; `interaction` shows what comes of it. */
    interact: (input: Interaction) => ({ id: interact(world, input, times).id }),
    interaction: view,

    visibleMessages: (input: { channel: string; as?: string }) => visibleMessages(world, input),
    typingIn: (input: { channel: string }) => typingIn(world, input),
    commands: (input: { guild?: string } = {}) => world.commands.get(input.guild ?? "global") ?? [],
  };
}
