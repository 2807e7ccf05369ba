import { silentLog } from "../../../src/base/log.ts";
import { createSlackPlatform } from "../../../src/chat/slack/slack-platform.ts";
import { createSlackTeams } from "../../../src/chat/slack/api/slack-teams.ts";
import type { ChatPlatform, ReplyAddress } from "../../../src/rooms/chat-platform.ts";
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
const WRITES = new Set(["chat.postMessage", "chat.update", "files.completeUploadExternal"]);
const IN_TEXT = /<!|@(?:channel|here|everyone|group)/g;
const IN_BLOCKS = /@(?:channel|here|everyone|group)|"type":"(?:broadcast|usergroup)"/g;

export type SlackStage = ChatPlatformStage & { double: SlackDouble };

/** Somebody has asked something twice, in a thread each; or, for `inThread: false`, in the channel. */
export async function openSlackStage({
  inThread = true,
  timeoutMs = 30_000,
} = {}): Promise<SlackStage> {
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

  if (!inThread) double.addChannel(workspace, "random");
  const address = ask("general");
  const messages = () => workspace.channels.get(address.channel)?.messages ?? [];
  const stage: SlackStage = {
    double,
    address,
    elsewhere: ask(inThread ? "general" : "random"),
    connect() {
      const time = createFastTime();
      const log = silentLog;
      const slack = { botToken: workspace.token, apiUrl: double.apiUrl };
      const register = createMemoryRegister();
      const teams = createSlackTeams({ slack, register, log, clock: time.clock, timeoutMs });
      const platform = createSlackPlatform({ teams, log, ...time });
      platforms.push(platform);
      return platform;
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
      double.faults.add({ method: "chat.postMessage", fault: FAULTS[fault], ...plan });
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
