import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../../../base/log.ts";
import type { Answer } from "../../commands/command.ts";
import { type OpenCommand, toChoiceKey } from "../../commands/choice-key.ts";
import { splitMessage } from "../../rich-text/split-message.ts";
import { type ReplyPart, toReplyParts } from "../reply/reply-parts.ts";
import type { SlackApi } from "../api/slack-api.ts";

/** Where a command's answer goes. */
export type AnswerTarget = {
  /** Good for five answers in half an hour, also where the app is not in the channel. */
  responseUrl: string | undefined;
  channel: string;
  user: string;
};

export const CHOICE_ACTION = "command_choice";

const MOST_PARTS = 4;
const MOST_BLOCKS = 50;
const SECTION_CHARACTERS = 3000;
const MOST_OPTIONS = 100;
const LONGEST_LABEL = 75;
const TIMEOUT_MS = 10_000;
const RETRY_DELAYS_MS = [500, 2000];

type Scope = { api: SlackApi; log: Log };

/** Says the answer to the person alone, or in the channel where it concerns all; never rejects. */
export async function answerCommand(
  scope: Scope,
  target: AnswerTarget,
  { answer, open }: { answer: Answer; open: Omit<OpenCommand, "option" | "values"> },
): Promise<void> {
  const parts = toReplyParts(answer.text).slice(0, MOST_PARTS);
  const menu = answer.choose && toMenu(open, answer.choose);
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    await say(scope, target, {
      part,
      menu: isLast ? menu : undefined,
      toRoom: answer.to === "room",
    });
  }
}

/** Takes the message with the menu away after a choice; not worth a second attempt. */
export async function removeMenu({ log }: Scope, { responseUrl }: AnswerTarget): Promise<void> {
  if (responseUrl !== undefined) await post(log, responseUrl, { delete_original: true }, []);
}

async function say(
  { api, log }: Scope,
  { responseUrl, channel, user }: AnswerTarget,
  { part, menu, toRoom }: { part: ReplyPart; menu: object | undefined; toRoom: boolean },
): Promise<void> {
  const blocks = menu ? withMenu(part, menu) : part.blocks;
  const content = { text: part.text, ...(blocks.length > 0 && { blocks }) };
  const response = { response_type: toRoom ? "in_channel" : "ephemeral", replace_original: false };
  // What the whole room sees is not said twice because an answer of Slack's was lost.
  const delays = toRoom ? [] : RETRY_DELAYS_MS;
  const said =
    responseUrl !== undefined &&
    (await post(log, responseUrl, { ...response, ...content }, delays));
  if (said) return;
  const [method, args] = toRoom
    ? ["chat.postMessage", { channel, ...content }]
    : ["chat.postEphemeral", { channel, user, ...content }];
  const outcome = await api(method, args);
  if (outcome.kind !== "done")
    log.warn({ channel, kind: outcome.kind }, "slack command is unanswered");
}

/** Words without blocks stand in sections, since Slack shows blocks in place of the text. */
function withMenu({ text, blocks }: ReplyPart, menu: object): object[] {
  if (blocks.length > 0) return [...blocks.slice(0, MOST_BLOCKS - 1), menu];
  const sections = splitMessage(text, { limit: SECTION_CHARACTERS }).map((piece) => ({
    type: "section",
    text: { type: "mrkdwn", text: piece, verbatim: true },
  }));
  return [...sections, menu];
}

/** False where Slack did not take it; true also where nobody can tell and it must not be doubled. */
async function post(
  log: Log,
  url: string,
  body: object,
  delaysMs: readonly number[],
): Promise<boolean> {
  for (let attempt = 0; ; attempt++) {
    const outcome = await postOnce(url, body);
    if (outcome === "done" || outcome === "refused") return outcome === "done";
    const delayMs = delaysMs[attempt];
    if (delayMs === undefined) {
      log.warn({ outcome }, "slack did not take an answer to a command");
      return delaysMs.length === 0 && outcome === "unknown";
    }
    await sleep(delayMs);
  }
}

async function postOnce(
  url: string,
  body: object,
): Promise<"done" | "refused" | "later" | "unknown"> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.ok) return "done";
    return response.status === 429 || response.status >= 500 ? "later" : "refused";
  } catch {
    return "unknown";
  }
}

function toMenu(
  { command, action }: Omit<OpenCommand, "option" | "values">,
  { option, placeholder, choices, values }: NonNullable<Answer["choose"]>,
): object | undefined {
  const key = toChoiceKey({ command, action, option, values });
  if (key === undefined) return undefined;
  const toText = (text: string) => ({
    type: "plain_text",
    text: Array.from(text).slice(0, LONGEST_LABEL).join(""),
  });
  return {
    type: "actions",
    block_id: key,
    elements: [
      {
        type: "static_select",
        action_id: CHOICE_ACTION,
        placeholder: toText(placeholder),
        options: choices
          .slice(0, MOST_OPTIONS)
          .map(({ value, label }) => ({ text: toText(label), value })),
      },
    ],
  };
}
