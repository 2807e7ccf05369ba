import type { PdfText } from "../../pdf/pdf-reader.ts";
import type { MessageFile } from "../../rooms/messages/message-file.ts";
import { statement } from "../../store/sql.ts";
import { toStorableText } from "../../store/storable.ts";
import { TurnInterrupted } from "../turn-interrupted.ts";
import type { TurnScope } from "../turn-scope.ts";
import type { FileContent } from "./file-content.ts";

type Document = Extract<FileContent, { data: string }>;

const STORE_WORDS = statement(
  "store_attachment_words",
  `update attachment set text = $3, reason = $4 where message_id = $1 and file_id = $2`,
);

/** A document as its words, for a model that does not read it. They are read once and kept beside it. */
export async function toWords(
  { sql, readPdf }: Pick<TurnScope, "readPdf" | "sql">,
  { messageId, file }: { messageId: string; file: MessageFile },
  { data, words: known }: Document,
  signal: AbortSignal,
): Promise<FileContent> {
  const words = known ?? (await read(readPdf, data, signal));
  if (!known) {
    const text = "text" in words ? words.text : null;
    const reason = "reason" in words ? words.reason : null;
    await sql.rows(STORE_WORDS, [messageId, file.id, text, reason]);
  }
  return "text" in words
    ? { kind: "text", text: words.text }
    : { kind: "unread", reason: `you cannot read PDF files, and ${words.reason}` };
}

async function read(
  readPdf: TurnScope["readPdf"],
  data: string,
  signal: AbortSignal,
): Promise<PdfText> {
  try {
    const words = await readPdf(Buffer.from(data, "base64"), signal);
    return "text" in words ? { text: toStorableText(words.text) } : words;
  } catch (error) {
    throw signal.aborted ? new TurnInterrupted() : error;
  }
}
