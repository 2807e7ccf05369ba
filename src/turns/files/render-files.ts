import type { ModelAttachment } from "../../llm/language-model.ts";
import { defuse, defuseLine } from "../prompt/defuse.ts";
import type { HistoryMessage } from "../lane/claimed-turn.ts";
import { LONGEST_ASKED_FILE } from "./file-content.ts";
import { type LoadedFiles, toFileKey } from "./load-files.ts";

/** How much a prompt takes of a text file that is not asked about. */
const LONGEST_FILE = 8_000;

type RenderedFiles = { text: string; attachments: ModelAttachment[] };

/**
 * The files of one message: text as an element inside the message, images and PDF files as
 * attachments. Whatever a file says, it can close no element.
 */
export function renderFiles(
  { id, files }: Pick<HistoryMessage, "id" | "files">,
  loaded: LoadedFiles,
  asked: boolean,
): RenderedFiles {
  const lines: string[] = [];
  const attachments: ModelAttachment[] = [];
  for (const file of files) {
    const content = loaded.get(toFileKey(id, file.id));
    const name = toPlainName(file.name);
    if (!content) lines.push(element(name, "(not read: there are newer files)"));
    else if (content.kind === "unread") lines.push(element(name, `(not read: ${content.reason})`));
    else if (content.kind === "text") {
      lines.push(element(name, cut(content.text, asked ? LONGEST_ASKED_FILE : LONGEST_FILE)));
    } else {
      const { kind, mimeType, data } = content;
      attachments.push({ kind, name, mimeType, data });
      lines.push(element(name, `(the attached ${kind})`));
    }
  }
  return { text: lines.map((line) => `\n${line}`).join(""), attachments };
}

function element(name: string, body: string): string {
  return `<file name="${name}">${defuse(body)}</file>`;
}

function toPlainName(name: string): string {
  return defuseLine(name)
    .replaceAll(/["[\]]/g, "'")
    .slice(0, 120)
    .toWellFormed();
}

function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const start = text.slice(0, longest).toWellFormed();
  return `${start}\n[… ${text.length - longest} characters left out …]`;
}
