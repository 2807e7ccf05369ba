import { setTimeout as sleep } from "node:timers/promises";
import { AppError, toErrorMessage } from "../../../base/errors.ts";
import type { Log } from "../../../base/log.ts";
import { toRoomKey } from "../../../rooms/room-key.ts";
import { acknowledgeOnce } from "../../commands/acknowledge-once.ts";
import { findQuestion } from "../../commands/all-commands.ts";
import type { CommandDesk } from "../../commands/command-desk.ts";
import type { CommandCall, CommandOption } from "../../commands/command.ts";
import { parseWords } from "../../commands/parse-words.ts";
import { fromSlack } from "../../rich-text/from-slack.ts";
import { answerCommand, type AnswerTarget, removeMenu } from "./answer-command.ts";
import { readForm, toForm } from "./command-form.ts";
import { type Chosen, readCommand, type Sent, type Typed } from "./read-command.ts";
import { isRoomAdmin } from "./room-admin.ts";
import type { NameBook } from "../events/name-book.ts";
import type { SlackApi } from "../api/slack-api.ts";
import type { SlackInteractions } from "../transport/slack-interactions.ts";

type Parts = {
  teamId: string;
  desk: CommandDesk;
  api: SlackApi;
  names: NameBook;
  log: Log;
};

type Wanted = Pick<CommandCall, "command" | "action" | "values">;
type Acknowledge = () => Promise<void>;
type Run = { trigger: string; target: AnswerTarget; wanted: Wanted; acknowledge: Acknowledge };

/** The one command that takes all others as its words, for where their names are somebody else's. */
const WHOLE = "troupe";
/** What commands that are under way get when the door closes. */
const CLOSE_MS = 5000;
const NO_NAMES = { users: new Map(), channels: new Map(), groups: new Map() };

/** Slash commands, the menus of their answers, and their forms. */
export function createSlackCommands(parts: Parts): SlackInteractions {
  const { teamId, log } = parts;
  const underWay = new Set<Promise<void>>();

  function begin(work: (acknowledge: () => Promise<void>) => Promise<void>) {
    const { promise: response, resolve } = Promise.withResolvers<void>();
    const acknowledge = acknowledgeOnce(async () => resolve());
    const mine = work(acknowledge)
      .catch((error: unknown) =>
        log.error({ error: toErrorMessage(error) }, "slack command failed"),
      )
      .then(acknowledge)
      .finally(() => underWay.delete(mine));
    underWay.add(mine);
    return { response };
  }

  return {
    take(body) {
      const read = readCommand(body);
      if (read?.teamId !== teamId) return undefined;
      switch (read.kind) {
        case "typed":
          return begin((acknowledge) => runTyped(parts, read, acknowledge));
        case "chosen":
          return begin((acknowledge) => runChosen(parts, read, acknowledge));
        case "sent":
          return begin((acknowledge) => runSent(parts, read, acknowledge));
      }
    },
    async idle() {
      await Promise.race([
        Promise.allSettled(underWay),
        sleep(CLOSE_MS, undefined, { ref: false }),
      ]);
    },
  };
}

async function runTyped(parts: Parts, typed: Typed, acknowledge: Acknowledge): Promise<void> {
  const { responseUrl, channel, user } = typed;
  const target = { responseUrl, channel, user };
  const words = fromSlack(typed.text, NO_NAMES).trim();
  try {
    const name = typed.command.replace(/^\//, "").toLowerCase();
    const { command, action, values } = parseWords(
      ...(name === WHOLE ? split(words) : ([name, words] as const)),
    );
    const wanted = { command: command.name, action: action.name, values };
    const left = findQuestion(action, values);
    if (left && (await openForm(parts, typed, { wanted, left }))) return;
    await run(parts, { trigger: typed.trigger, target, wanted, acknowledge });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const open = { command: "", action: undefined };
    await answerCommand(parts, target, { answer: { text: error.message }, open });
  }
}

/** `/troupe agent list` is `/agent list`; `/troupe` alone is `/help`. */
function split(words: string): [name: string, text: string] {
  const [name = ""] = words.split(/\s/, 1);
  return name === "" ? ["help", ""] : [name.replace(/^\//, ""), words.slice(name.length)];
}

/** Asks in a form, which needs no database; false where Slack shows none, as too long after the command. */
async function openForm(
  { api }: Parts,
  { trigger, channel, responseUrl }: Typed,
  { wanted, left }: { wanted: Wanted; left: CommandOption },
): Promise<boolean> {
  const view = toForm({ ...wanted, option: left.name }, left, { channel, responseUrl });
  if (!view) return false;
  const outcome = await api("views.open", { trigger_id: trigger, view });
  // The same command again: its form is open already.
  const isOpen = outcome.kind === "refused" && outcome.error === "exchanged_trigger_id";
  return isOpen || outcome.kind === "done";
}

async function runChosen(parts: Parts, chosen: Chosen, acknowledge: Acknowledge): Promise<void> {
  const { responseUrl, channel, user, open, value } = chosen;
  const target = { responseUrl, channel, user };
  const values = { ...open.values, [open.option]: value };
  const wanted = { ...open, values };
  await run(parts, { trigger: chosen.trigger, target, wanted, acknowledge });
  await removeMenu(parts, target);
}

async function runSent(
  parts: Parts,
  { body, trigger, user }: Sent,
  acknowledge: Acknowledge,
): Promise<void> {
  const form = readForm(body);
  if (!form) return parts.log.warn({}, "slack sent an unreadable form");
  await run(parts, { trigger, target: { ...form.place, user }, wanted: form, acknowledge });
}

async function run(parts: Parts, { trigger, target, wanted, acknowledge }: Run): Promise<void> {
  const { teamId, desk, api, names } = parts;
  const { channel, user } = target;
  const { command, action, values } = wanted;
  const id = `slack:${trigger}`;
  const answer = await desk.run({
    id,
    command,
    action,
    values,
    roomKey: toRoomKey({ platform: "slack", workspace: teamId, channel }),
    person: { externalId: user, name: user },
    findName: async () => (await names.people([user])).get(user) ?? user,
    acknowledge,
    replyUrl: target.responseUrl,
    isRoomAdmin: () => isRoomAdmin(api, { channel, user }),
  });
  if (!answer) return;
  await answerCommand(parts, target, { answer, open: { command, action } });
  await desk.answered(id);
}
