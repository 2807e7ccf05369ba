import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "../../base/clock.ts";
import { AppError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { SlackStreaming } from "../../base/slack-config.ts";
import { remember } from "../../base/remember.ts";
import type { ChatPlatform, PrivateAddress } from "../../rooms/chat-platform.ts";
import { toSlackWords } from "../rich-text/to-slack.ts";
import { createChannelPace, type Sleep } from "./api/channel-pace.ts";
import { createOwnIdentity } from "./api/own-identity.ts";
import { createNativeStream } from "./reply/native-stream.ts";
import { createStreamGate } from "./reply/stream-gate.ts";
import { createPostedParts } from "./reply/posted-parts.ts";
import { toPersona } from "./reply/persona.ts";
import { PART_CHARACTERS } from "./reply/reply-parts.ts";
import { askInSlack, closeInSlack } from "./reply/slack-questions.ts";
import type { SlackApi } from "./api/slack-api.ts";
import { toSlackError, TOKEN_ERRORS } from "./api/slack-error.ts";
import { createFileReader } from "./api/slack-files.ts";
import { createSlackReply, MOST_PARTS } from "./reply/slack-reply.ts";
import { createSlackSender } from "./api/slack-sender.ts";
import type { SlackTeams } from "./api/slack-teams.ts";
import { createThreadStatus } from "./reply/thread-status.ts";
import { uploadReply } from "./reply/upload-reply.ts";

type Options = {
  teams: Pick<SlackTeams, "apiOf" | "apiUrl" | "closedReason" | "tokenOf">;
  /** The app's own name at Slack, where workspaces install it by OAuth. */
  oauth?: { clientId: string; clientSecret: string } | undefined;
  /** Where answers go through Slack's own stream; wherever it can, if not given. */
  streaming?: SlackStreaming;
  clock: Clock;
  log: Log;
  /** A test may let time pass faster than it does. */
  sleep?: Sleep;
};

/** Slack refuses what only one person shall see where that person is not, or where nobody else is. */
const NOT_ALONE = new Set([
  "user_not_in_channel",
  "messages_tab_disabled",
  "cannot_reply_to_message",
]);

const PERSON = /^[UW]/;
const REPLYING = new Set(["chat.postMessage", "chat.startStream"]);
const MOST_DESKS = 5000;

/** Slack as those who answer see it, each workspace by its own token; any process may hold one. */
export function createSlackPlatform(options: Options): ChatPlatform {
  const { teams, oauth, clock, log, sleep = (ms: number) => pause(ms) } = options;
  const { streaming = "on" } = options;
  const desks = new Map<string, Desk>();

  function deskOf(workspace: string): Desk {
    const desk =
      desks.get(workspace) ?? createDesk(teams.apiOf(workspace), { clock, sleep, streaming });
    remember(desks, workspace, desk, MOST_DESKS);
    return desk;
  }

  async function tellAlone(address: PrivateAddress, text: string): Promise<boolean> {
    const { workspace, channel, thread, replyTo, person } = withoutBot(address);
    const { sender } = deskOf(workspace);
    if (person === undefined || channel.startsWith("D")) return false;
    // Slack shows such words in a thread only where somebody has replied in it before.
    const place = thread === undefined || thread === replyTo ? {} : { thread_ts: thread };
    const method = "chat.postEphemeral";
    const words = toSlackWords(text);
    const args = { channel, user: person, text: words, ...place, ...toPersona(address) };
    const outcome = await sender.settle({ channel, method, args });
    if (outcome.kind === "done") return true;
    if (NOT_ALONE.has(outcome.error)) return false;
    throw toSlackError(method, outcome.error);
  }

  return {
    platform: "slack",
    traits: {
      needsOutbox: true,
      messageCharacters: PART_CHARACTERS,
      mostParts: MOST_PARTS,
      signsPass: true,
    },
    openReply(asking, deliveryId, { resumed }) {
      const address = withoutBot(asking);
      const desk = deskOf(address.workspace);
      const { sender, pace } = desk;
      const posted = createPostedParts(desk, address, { deliveryId, resumed });
      const openStream = (isOver: () => boolean) =>
        createNativeStream({ ...desk, clock, posted }, address, { deliveryId, resumed, isOver });
      const upload = (markdown: string) => uploadReply(sender, address, { deliveryId, markdown });
      return createSlackReply({ posted, openStream, pace, sleep, log, upload }, address);
    },
    readFile: createFileReader(teams),
    greet(place) {
      const { status } = deskOf(place.workspace);
      status.show(place, "is thinking …");
      return () => status.show(place, "");
    },
    showStatus: (address, text) => deskOf(address.workspace).status.show(address, text),
    ask: (address, approvalId, posted) =>
      askInSlack(deskOf(address.workspace).sender, withoutBot(address), { approvalId, ...posted }),
    closeQuestion: (address, ts, outcome) =>
      closeInSlack(deskOf(address.workspace).sender, address, { ts, outcome }),
    tellAlone,
    async tellPrivately(address, text) {
      if (await tellAlone(address, text)) return;
      const { channel, thread } = address;
      const { sender } = deskOf(address.workspace);
      const place = thread === undefined ? {} : { thread_ts: thread };
      const args = { channel, text: toSlackWords(text), ...place, ...toPersona(address) };
      await sender.require({ channel, method: "chat.postMessage", args });
    },
    closedReason: (workspace) => teams.closedReason(workspace),
    async leave(workspace) {
      const [method, args] = oauth
        ? ["apps.uninstall", { client_id: oauth.clientId, client_secret: oauth.clientSecret }]
        : (["auth.revoke", {}] as const);
      const outcome = await teams.apiOf(workspace)(method, args);
      if (outcome.kind === "done") return;
      if (outcome.kind !== "refused") {
        throw new AppError("UNAVAILABLE", "Slack does not answer. Try again in a minute.");
      }
      if (!TOKEN_ERRORS.has(outcome.error)) throw toSlackError(method, outcome.error);
    },
    async close() {},
  };
}

/** Nobody is told in person where a bot has asked: Slack takes people's ids alone. */
function withoutBot<Address extends PrivateAddress>(
  address: Address,
): Omit<Address, "person"> & Pick<PrivateAddress, "person"> {
  const { person, ...place } = address;
  return person !== undefined && PERSON.test(person) ? address : place;
}

/** What the calls of one workspace share: channels of two workspaces may have the same id. */
type Desk = ReturnType<typeof createDesk>;

function createDesk(
  calls: SlackApi,
  { clock, sleep, streaming }: { clock: Clock; sleep: Sleep; streaming: SlackStreaming },
) {
  const status = createThreadStatus(calls);
  const api: SlackApi = async (method, args) => {
    const outcome = await calls(method, args);
    const { channel, thread_ts: thread } = args;
    const isDone = REPLYING.has(method) && outcome.kind === "done";
    if (isDone && typeof channel === "string" && typeof thread === "string") {
      status.replied(channel, thread);
    }
    return outcome;
  };
  const pace = createChannelPace({ clock, sleep });
  const sender = createSlackSender({ api, pace, clock, sleep });
  const identity = createOwnIdentity(api, clock);
  const gate = createStreamGate(identity, { streaming, clock });
  return { api, pace, sender, identity, gate, status };
}
