import { silentLog } from "../../../src/base/log.ts";
import { createSlackPlatform } from "../../../src/chat/slack/slack-platform.ts";
import type { SlackStreaming } from "../../../src/base/slack-config.ts";
import type { SlackApi } from "../../../src/chat/slack/api/slack-api.ts";
import { createSlackTeams } from "../../../src/chat/slack/api/slack-teams.ts";
import type { ChatPlatform, ReplyAddress } from "../../../src/rooms/platform/chat-platform.ts";
import type { ChatPlatformStage, PostFault } from "../../contracts/chat-platform.ts";
import { createMemoryRegister } from "../../fakes/memory-register.ts";
import type { Fault } from "../../support/slack/faults.ts";
import { startSlackDouble, type SlackDouble } from "../../support/slack/slack-double.ts";
import { createFastTime } from "./fast-time.ts";

const FAULTS: Record<PostFault, Fault> = {
  "rate-limit": { kind: "rate-limit", retryAfterSeconds: 2 },
  "lose-request": { kind: "lose-request" },
  "lose-response": { kind: "lose-response" },
  "server-error": { kind: "http", status: 503 },
};
const POSTS = ["chat.postMessage", "chat.startStream"];
const WRITES = new Set([
  ...POSTS,
  "chat.appendStream",
  "chat.stopStream",
  "chat.update",
  "files.completeUploadExternal",
]);
const IN_TEXT = /<!|@(?:channel|here|everyone|group)/g;
const IN_BLOCKS = /@(?:channel|here|everyone|group)|"type":"(?:broadcast|usergroup)"/g;

/** Where a process is killed: as the n-th call of a method leaves, or before its answer is read. */
export type KillPoint = { method: string; nth?: number; when: "before" | "after" };

export type SlackStage = ChatPlatformStage & {
  double: SlackDouble;
  /** A process that makes no more calls from this point on, and reads no answer. */
  connectDoomed(point: KillPoint): { platform: ChatPlatform; isDead: () => boolean };
};

type Options = { inThread?: boolean; streaming?: SlackStreaming; timeoutMs?: number };

/** Somebody has asked something twice, in a thread each; or, for `inThread: false`, in the channel. */
export async function openSlackStage({
  inThread = true,
  streaming = "on",
  timeoutMs = 30_000,
}: Options = {}): Promise<SlackStage> {
  const double = await startSlackDouble();
  const workspace = double.addWorkspace();
  const platforms: ChatPlatform[] = [];

  function ask(channel: string): ReplyAddress {
    const said = double.say({ channel, user: "ana", text: "how long?", mention: true });
    return {
      workspace: workspace.teamId,
      channel: said.channel,
      ...(inThread && { thread: said.ts }),
      replyTo: said.ts,
      person: [...workspace.people.values()].find(({ name }) => name === "ana")?.id ?? "",
      agent: { slug: "sage", name: "Sage" },
    };
  }

  function connect(wrap = (api: SlackApi) => api): ChatPlatform {
    const time = createFastTime();
    const log = silentLog;
    const slack = { botToken: workspace.token, apiUrl: double.apiUrl };
    const register = createMemoryRegister();
    const teams = createSlackTeams({ slack, register, log, clock: time.clock, timeoutMs });
    const apiOf = (teamId: string) => wrap(teams.apiOf(teamId));
    const platform = createSlackPlatform({ teams: { ...teams, apiOf }, streaming, log, ...time });
    platforms.push(platform);
    return platform;
  }

  if (!inThread) double.addChannel(workspace, "random");
  const address = ask("general");
  const messages = () => workspace.channels.get(address.channel)?.messages ?? [];
  const stage: SlackStage = {
    double,
    address,
    elsewhere: ask(inThread ? "general" : "random"),
    connect: () => connect(),
    connectDoomed(point) {
      const doom = createDoom(point);
      return { platform: connect(doom.wrap), isDead: doom.isDead };
    },
    seen: ({ channel, thread }) =>
      double
        .appMessages(channel, thread)
        .map(({ ts, text, files }) => ({ id: ts, text, files: files.length })),
    buttons: (message) =>
      [undefined, address.thread, stage.elsewhere.thread]
        .flatMap((thread) => double.appMessages(address.channel, thread))
        .find(({ ts }) => ts === message)
        ?.buttons.map(({ actionId }) => actionId) ?? [],
    toldPrivately: () => double.ephemerals(address.channel, "ana").map(({ text }) => text),
    massMentions: () =>
      messages()
        .filter(({ botId }) => botId !== undefined)
        .reduce((sum, { text, blocks }) => {
          const inBlocks = JSON.stringify(blocks ?? []).match(IN_BLOCKS) ?? [];
          return sum + inBlocks.length + (text.match(IN_TEXT) ?? []).length;
        }, 0),
    writes: () => double.calls.filter(({ method }) => WRITES.has(method)).length,
    breakPosts(fault, plan = {}) {
      for (const method of POSTS) double.faults.add({ method, fault: FAULTS[fault], ...plan });
    },
    removeFromChannel: () => double.leave({ channel: address.channel }),
    revokeToken: () => double.setTokenState(workspace, "token_revoked"),
    violations: () => double.violations,
    async close() {
      await Promise.all(platforms.map((platform) => platform.close()));
      await double.close();
    },
  };
  return stage;
}

/** Lets calls through until the point, and from then on none; a killed process hears no answer either. */
function createDoom({ method, nth = 1, when }: KillPoint) {
  let [seen, dead] = [0, false];
  const never = new Promise<never>(() => {});
  return {
    isDead: () => dead,
    wrap:
      (api: SlackApi): SlackApi =>
      async (called, args) => {
        if (called === method) seen += 1;
        const isPoint = called === method && seen === nth;
        if (isPoint && when === "before") dead = true;
        if (dead) return never;
        const outcome = await api(called, args);
        if (isPoint) dead = true;
        return dead ? never : outcome;
      },
  };
}
