import { systemClock, type Clock } from "../../../src/base/clock.ts";
import { silentLog } from "../../../src/base/log.ts";
import {
  createDiscordPlatform,
  DIRECT_WORKSPACE,
} from "../../../src/chat/discord/discord-platform.ts";
import type { ChatPlatform, ReplyAddress } from "../../../src/rooms/platform/chat-platform.ts";
import { createMemoryRegister } from "../../fakes/memory-register.ts";
import type { ChatPlatformStage, PostFault } from "../../contracts/chat-platform.ts";
import {
  type DiscordDoubleOptions,
  startDiscordDouble,
} from "../../support/discord/discord-double.ts";
import type { Fault } from "../../support/discord/faults.ts";

export const POST = { method: "POST", path: "/channels/:channel/messages" } as const;
export const PATCH = { method: "PATCH", path: "/channels/:channel/messages/:message" } as const;

/** Where people may ask: what is answered in a thread of its own, in the channel, in private. */
export const PLACES = ["thread", "channel", "direct"] as const;
export type PlaceKind = (typeof PLACES)[number];

const FAULTS: Record<PostFault, Fault> = {
  "rate-limit": { kind: "rateLimit", retryAfterSeconds: 0.2 },
  "lose-request": { kind: "lostRequest" },
  "lose-response": { kind: "lostResponse", how: "reset" },
  "server-error": { kind: "status", status: 503 },
};

/** A double with one server, two people, and a question of each of them. */
export async function openDiscordStage(
  kind: PlaceKind,
  {
    clock = systemClock,
    requestTimeoutMs = 30_000,
    ...options
  }: DiscordDoubleOptions & { clock?: Clock; requestTimeoutMs?: number } = {},
) {
  const double = await startDiscordDouble({ now: () => clock.now(), ...options });
  const ana = double.addUser({ name: "ana", globalName: "Ana 🌸" }).id;
  const guild = double.addGuild({ name: "Garden", channels: ["general"] });
  double.addMember({ guild: guild.id, user: ana });
  const general = guild.channels["general"] ?? "";
  const dm = double.openDm({ user: ana }).id;
  const platforms: ChatPlatform[] = [];
  const channel = kind === "direct" ? dm : general;

  function ask(text: string): ReplyAddress {
    const replyTo = double.say({ channel, user: ana, text }).id;
    return {
      workspace: kind === "direct" ? DIRECT_WORKSPACE : guild.id,
      channel,
      ...(kind === "thread" && { thread: replyTo }),
      replyTo,
      asked: text.replaceAll(`<@${double.botId}>`, "@troupe"),
      person: ana,
      agent: { slug: "sage", name: "Sage" },
    };
  }

  function connect(botToken = double.token): ChatPlatform {
    const { api: apiUrl } = double;
    const log = silentLog;
    const platform = createDiscordPlatform({
      botToken,
      apiUrl,
      register: createMemoryRegister(),
      clock,
      log,
      requestTimeoutMs,
    });
    platforms.push(platform);
    return platform;
  }

  const own = (place: string) =>
    exists(place)
      ? double
          .visibleMessages({ channel: place })
          .filter(({ authorId, system }) => authorId === double.botId && !system)
      : [];

  function exists(place: string): boolean {
    try {
      double.visibleMessages({ channel: place });
      return true;
    } catch {
      return false;
    }
  }

  const writes = () =>
    double.requests.filter(
      ({ method, route }) =>
        (method === POST.method && route === POST.path) ||
        (method === PATCH.method && route === PATCH.path),
    ).length;

  return {
    double,
    guild,
    general,
    dm,
    ana,
    ask,
    connect,
    own,
    writes,
    async close() {
      await Promise.all(platforms.map((platform) => platform.close()));
      await double.close();
    },
  };
}

/** The same as the contract of all platforms wants it. */
export async function openContractStage(kind: PlaceKind): Promise<ChatPlatformStage> {
  const stage = await openDiscordStage(kind);
  const { double, guild, general, dm, ana } = stage;
  const [address, elsewhere] = [stage.ask("how long?"), stage.ask("and how much?")];
  // In one channel, the answers to two questions differ by what they reply to.
  const answers = ({ thread, channel, replyTo }: ReplyAddress) => {
    const own = stage.own(thread ?? channel);
    const isOther = (id: string | undefined) => id !== undefined && id !== replyTo;
    const start = own.findIndex((message) => message.replyTo === replyTo);
    return own.filter((message, i) => !isOther(message.replyTo) && (thread || i >= start));
  };
  return {
    address,
    elsewhere,
    connect: () => stage.connect(),
    seen: (where) =>
      answers(where).map(({ id, content, attachments }) => ({
        id,
        text: content.replace(`<@${ana}>`, "").trim(),
        files: attachments.length,
      })),
    buttons: (message) => {
      const found = [general, dm, address.thread ?? general]
        .flatMap((place) => stage.own(place))
        .find(({ id }) => id === message);
      return (found?.components ?? []).flatMap((row) =>
        "components" in row
          ? row.components.map((button) => ("custom_id" in button ? button.custom_id : ""))
          : [],
      );
    },
    toldPrivately: () => stage.own(dm).map(({ content }) => content),
    massMentions: () =>
      [general, dm, address.thread ?? general]
        .flatMap((place) => stage.own(place))
        .filter(({ pingedEveryone, pinged }) => pingedEveryone || pinged.some((id) => id !== ana))
        .length,
    writes: stage.writes,
    breakPosts(fault, { times = 1, after = 0 } = {}) {
      double.faults.add({ ...POST, ...FAULTS[fault], times, skip: after });
    },
    removeFromChannel() {
      if (kind === "direct") double.closeDms({ user: ana });
      else double.setOverwrite({ channel: general, id: guild.botRoleId, deny: ["VIEW_CHANNEL"] });
    },
    revokeToken: () => double.revokeToken(),
    violations: () => double.violations,
    close: () => stage.close(),
  };
}
