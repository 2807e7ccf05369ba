import type { ModelSenses } from "../../llm/language-model.ts";
import type { PdfText } from "../../pdf/pdf-reader.ts";
import { parseRoomKey } from "../../rooms/room-key.ts";
import type { MessageFile } from "../../rooms/messages/message-file.ts";
import { statement } from "../../store/sql.ts";
import { toStorableText } from "../../store/storable.ts";
import type { ClaimedTurn } from "../lane/claimed-turn.ts";
import type { Journal } from "../journal/journal.ts";
import { TurnInterrupted } from "../turn-interrupted.ts";
import type { TurnScope } from "../turn-scope.ts";
import { fetchFile } from "./fetch-file.ts";
import { type FileContent, LONGEST_ASKED_FILE } from "./file-content.ts";
import { toWords } from "./to-words.ts";

/** What the files of a conversation hold, by `toFileKey`. */
export type LoadedFiles = ReadonlyMap<string, FileContent>;

type Wanted = { messageId: string; externalId: string; file: MessageFile };
type Row = { messageId: string; fileId: string } & StoredContent;
type StoredContent = {
  kind: FileContent["kind"];
  mimeType: string | null;
  data: string | null;
  text: string | null;
  reason: string | null;
};

/** The newest files that one prompt takes. */
const MOST_FILES = 10;
/** What they may have together, as base64: providers take requests of 32 MB. */
const MOST_CHARACTERS = 24_000_000;
/** And their texts together, as far as each is shown. */
const MOST_TEXT = 160_000;

const LOAD = statement(
  "load_attachments",
  `select a.message_id as "messageId", a.file_id as "fileId", a.kind, a.mime_type as "mimeType",
     translate(encode(a.content, 'base64'), E'\\n', '') as data, a.text, a.reason
   from attachment a where a.message_id = any($1::uuid[])`,
);

// What was deleted meanwhile stays deleted.
const STORE = statement(
  "store_attachment",
  `insert into attachment (message_id, file_id, kind, mime_type, content, text, reason, created_at)
   select m.id, $2, $3, $4, decode($5, 'base64'), $6, $7, $8
   from message m where m.id = $1 and m.deleted_at is null
   on conflict (message_id, file_id) do nothing`,
);

export function toFileKey(messageId: string, fileId: string): string {
  return `${messageId}/${fileId}`;
}

/**
 * Reads the newest files of a turn's history. Each is fetched from its platform once and kept, so
 * that neither a crash nor a later turn fetches it again. Of a document that the model does not read
 * there are the words. Takes no statement where there are no files.
 */
export async function loadFiles(
  scope: TurnScope,
  turn: Pick<ClaimedTurn, "roomKey" | "history">,
  { senses, signal }: { senses: ModelSenses; signal: AbortSignal },
): Promise<LoadedFiles> {
  const wanted = turn.history
    .flatMap(({ id: messageId, externalId, files }) =>
      files.map((file): Wanted => ({ messageId, externalId, file })),
    )
    .slice(-MOST_FILES);
  if (wanted.length === 0) return new Map();
  const ids = [...new Set(wanted.map(({ messageId }) => messageId))];
  const rows = await scope.sql.rows<Row>(LOAD, [ids]);
  const known = new Map(
    rows.map((row) => [toFileKey(row.messageId, row.fileId), toContent(row)] as const),
  );
  const read = await Promise.all(
    wanted.map(async (each): Promise<[string, FileContent]> => {
      const key = toFileKey(each.messageId, each.file.id);
      const found = known.get(key) ?? (await fetchAndKeep(scope, turn.roomKey, each, signal));
      const isUnreadable = found.kind === "document" && !senses.documents;
      return [key, isUnreadable ? await toWords(scope, each, found, signal) : found];
    }),
  );
  return within(read);
}

/** What was read of which file, and why not; a turn that resumes has told it already. */
export function journalFiles(
  turn: Pick<ClaimedTurn, "history" | "journal">,
  loaded: LoadedFiles,
  journal: Journal,
): void {
  if (loaded.size === 0 || turn.journal.length > 0) return;
  const files = turn.history.flatMap(({ id, files }) =>
    files.flatMap((file) => {
      const content = loaded.get(toFileKey(id, file.id));
      if (!content) return [];
      const reason = content.kind === "unread" ? { reason: content.reason } : {};
      return [{ messageId: id, name: file.name, kind: content.kind, ...reason }];
    }),
  );
  journal.add({
    kind: "assemble",
    name: "files",
    status: "done",
    durationMs: 0,
    output: { files },
  });
}

async function fetchAndKeep(
  scope: TurnScope,
  roomKey: string,
  { messageId, externalId, file }: Wanted,
  signal: AbortSignal,
): Promise<FileContent> {
  const { platform: name, workspace = "" } = parseRoomKey(roomKey);
  const platform = scope.platforms.get(name);
  if (!platform) return { kind: "unread", reason: `${name} is not configured here` };
  const from = { platform, workspace, messageId: externalId, signal };
  const { content, passing } = await fetchFile(from, file).catch((error: unknown) => {
    throw signal.aborted ? new TurnInterrupted() : error;
  });
  if (passing) return content;
  const { kind, mimeType, data, text, reason } = toStored(content);
  const now = new Date(scope.clock.now()).toISOString();
  await scope.sql.rows(STORE, [messageId, file.id, kind, mimeType, data, text, reason, now]);
  return content;
}

/** The newest files that fit together; the older ones say that they were left out. */
function within(files: [string, FileContent][]): LoadedFiles {
  let characters = 0;
  let text = 0;
  const kept = files.toReversed().map(([key, content]): [string, FileContent] => {
    if ("data" in content) characters += content.data.length;
    if ("text" in content) text += Math.min(content.text.length, LONGEST_ASKED_FILE);
    const fits = content.kind === "text" ? text <= MOST_TEXT : characters <= MOST_CHARACTERS;
    if (fits || content.kind === "unread") return [key, content];
    return [key, { kind: "unread", reason: "the files are too large together" }];
  });
  return new Map(kept);
}

function toContent(stored: StoredContent): FileContent {
  const { kind, text, reason } = stored;
  switch (kind) {
    case "image":
    case "document":
      return { kind, ...toData(stored), ...toStoredWords(stored) };
    case "text":
      return { kind, text: text ?? "" };
    case "unread":
      return { kind, reason: reason ?? "" };
  }
}

function toData({ mimeType, data }: StoredContent): { mimeType: string; data: string } {
  return { mimeType: mimeType ?? "", data: data ?? "" };
}

function toStoredWords({ text, reason }: StoredContent): { words?: PdfText } {
  if (text !== null) return { words: { text } };
  return reason === null ? {} : { words: { reason } };
}

function toStored(content: FileContent): StoredContent {
  const empty = { mimeType: null, data: null, text: null, reason: null };
  if (content.kind === "text") return { ...empty, ...content, text: toStorableText(content.text) };
  return { ...empty, ...content };
}
