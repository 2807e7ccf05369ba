import { setTimeout as sleep } from "node:timers/promises";
import { AppError, toErrorMessage } from "../../../base/errors.ts";
import type { Log } from "../../../base/log.ts";
import { toRoomKey } from "../../../rooms/room-key.ts";
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

/** The one command that takes all others as its words, for where their names are somebody else's. */
const WHOLE = "troupe";
/** What commands that are under way get when the door closes. */
const CLOSE_MS = 5000;
const NO_NAMES = { users: new Map(), channels: new Map(), groups: new Map() };

/** Slash commands, the menus of their answers, and their forms. */
export function createSlackCommands(parts: Parts): SlackInteractions {
  const { teamId, log } = parts;
  const underWay = new Set<Promise<void>>();

  function begin(work: Promise<void>): { response: undefined } {
    const mine = work
      .catch((error: unknown) =>
        log.error({ error: toErrorMessage(error) }, "slack command failed"),
      )
      .finally(() => underWay.delete(mine));
    underWay.add(mine);
    return { response: undefined };
  }

  return {
    take(body) {
      const read = readCommand(body);
      if (read?.teamId !== teamId) return undefined;
      switch (read.kind) {
        case "typed":
          return begin(runTyped(parts, read));
        case "chosen":
          return begin(runChosen(parts, read));
        case "sent":
          return begin(runSent(parts, read));
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

async function runTyped(parts: Parts, typed: Typed): Promise<void> {
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
    await run(parts, { trigger: typed.trigger, target, wanted });
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

async function runChosen(parts: Parts, chosen: Chosen): Promise<void> {
  const { responseUrl, channel, user, open, value } = chosen;
  const target = { responseUrl, channel, user };
  const values = { ...open.values, [open.option]: value };
  await run(parts, { trigger: chosen.trigger, target, wanted: { ...open, values } });
  await removeMenu(parts, target);
}

async function runSent(parts: Parts, { body, trigger, user }: Sent): Promise<void> {
  const form = readForm(body);
  if (!form) return parts.log.warn({}, "slack sent an unreadable form");
  await run(parts, { trigger, target: { ...form.place, user }, wanted: form });
}

async function run(
  parts: Parts,
  { trigger, target, wanted }: { trigger: string; target: AnswerTarget; wanted: Wanted },
): Promise<void> {
  const { teamId, desk, api, names } = parts;
  const { channel, user } = target;
  const { command, action, values } = wanted;
  const name = (await names.people([user])).get(user) ?? user;
  const id = `slack:${trigger}`;
  const answer = await desk.run({
    id,
    command,
    action,
    values,
    roomKey: toRoomKey({ platform: "slack", workspace: teamId, channel }),
    person: { externalId: user, name },
    replyUrl: target.responseUrl,
    isRoomAdmin: () => isRoomAdmin(api, { channel, user }),
  });
  if (!answer) return;
  await answerCommand(parts, target, { answer, open: { command, action } });
  await desk.answered(id);
}
