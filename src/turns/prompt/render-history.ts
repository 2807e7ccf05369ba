import type { ModelAttachment, ModelMessage } from "../../llm/language-model.ts";
import type { ClaimedTurn, HistoryMessage } from "../lane/claimed-turn.ts";
import { defuse, defuseLine } from "./defuse.ts";
import type { LoadedFiles } from "../files/load-files.ts";
import { renderFiles } from "../files/render-files.ts";

const LONGEST_MESSAGE = 8_000;
const LONGEST_ASKED_MESSAGE = 60_000;
const LONGEST_HISTORY = 120_000;

/**
 * The conversation as a model reads it, ending with the volatile `facts`. Each message renders to
 * the same text in every turn, and the summary changes only when it is refreshed, so that the prompt
 * of one turn is a prefix of the next and providers' caches hit.
 */
export function renderHistory(
  turn: Pick<ClaimedTurn, "agentId" | "summary" | "history" | "askedIds">,
  facts: string,
  files: LoadedFiles = new Map(),
): ModelMessage[] {
  const messages: ModelMessage[] = [];
  let heard: string[] =
    turn.summary === null ? [] : [`<summary>\n${defuse(turn.summary)}\n</summary>`];
  let attachments: ModelAttachment[] = [];
  for (const message of recentEnough(turn)) {
    if (message.agentId !== turn.agentId) {
      const asked = turn.askedIds.includes(message.id);
      const rendered = renderFiles(message, files, asked);
      heard.push(renderMessage(message, asked, rendered.text));
      attachments.push(...rendered.attachments);
      continue;
    }
    if (heard.length === 0 && messages.length === 0) heard.push("(Earlier messages are left out.)");
    if (heard.length > 0) messages.push(toUserMessage(heard, attachments));
    heard = [];
    attachments = [];
    messages.push({ role: "assistant", text: clip(message.text, LONGEST_MESSAGE), toolCalls: [] });
  }
  messages.push(toUserMessage([...heard, facts], attachments));
  return messages;
}

function toUserMessage(lines: string[], attachments: ModelAttachment[]): ModelMessage {
  const text = lines.join("\n");
  return { role: "user", text, ...(attachments.length > 0 && { attachments }) };
}

/** The newest messages that fit, and every message that asks for this answer. */
function recentEnough({
  history,
  askedIds,
}: Pick<ClaimedTurn, "history" | "askedIds">): HistoryMessage[] {
  let length = 0;
  return history
    .toReversed()
    .filter((message) => {
      length += Math.min(message.text.length, LONGEST_MESSAGE);
      return length <= LONGEST_HISTORY || askedIds.includes(message.id);
    })
    .reverse();
}

function renderMessage(
  { name, postedAt, text }: HistoryMessage,
  asked: boolean,
  files: string,
): string {
  const from = defuseLine(name).replaceAll('"', "'");
  const at = postedAt.slice(0, 16).replace(" ", "T");
  const body = defuse(clip(text, asked ? LONGEST_ASKED_MESSAGE : LONGEST_MESSAGE));
  return `<message from="${from}" at="${at}Z">${body}${files}</message>`;
}

/** Cuts the middle out of an overlong text and says so. */
function clip(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const half = Math.floor(longest / 2);
  const left = text.slice(0, half).toWellFormed();
  const right = text.slice(-half).toWellFormed();
  return `${left}\n[… ${text.length - 2 * half} characters left out …]\n${right}`;
}
