import { checkBlocks } from "./check-blocks.ts";
import { listOf, objectOf, SlackFailure, stringOf } from "./method.ts";
import type { Json } from "./world.ts";

export const TEXT_LIMIT = 40_000;
export const UPDATE_TEXT_LIMIT = 4000;
const MARKDOWN_LIMIT = 12_000;
const ATTACHMENT_LIMIT = 100;
/** All text of all blocks together; undocumented, measured in slackapi/bolt-js#2509. */
const BLOCKS_TEXT_LIMIT = 13_200;
const BLOCKS_PER_MESSAGE = 50;
const CHUNK_TYPES = new Set(["blocks", "markdown_text", "plan_update", "task_update"]);
const TASK_STATUSES = new Set(["pending", "in_progress", "complete", "error"]);

/** A failure that comes of the caller's breach of a documented shape or limit, not of the world's state. */
export class ShapeFailure extends SlackFailure {
  readonly problems: string[];

  constructor(error: string, problems: string[]) {
    const messages = problems.map((problem) => `[ERROR] ${problem}`);
    super(error, { response_metadata: { messages } });
    this.name = "ShapeFailure";
    this.problems = problems;
  }
}

/** Refuses what chat.postMessage, postEphemeral and update refuse in text, blocks and attachments. */
export function checkContent(args: Json): void {
  const text = stringOf(args, "text");
  const markdown = stringOf(args, "markdown_text");
  const blocks = listOf(args, "blocks");
  const attachments = listOf(args, "attachments");
  if (markdown !== undefined && (text !== undefined || blocks !== undefined)) {
    throw new ShapeFailure("markdown_text_conflict", ["markdown_text goes without text or blocks"]);
  }
  if ([text, markdown, blocks, attachments].every(isEmpty)) throw new SlackFailure("no_text");
  if ((attachments?.length ?? 0) > ATTACHMENT_LIMIT) {
    throw new ShapeFailure("too_many_attachments", [`more than ${ATTACHMENT_LIMIT} attachments`]);
  }
  checkMarkdown(markdown);
  checkBlockList(blocks);
  checkMetadata(args);
}

function isEmpty(value: string | Json[] | undefined): boolean {
  return value === undefined || value.length === 0;
}

function checkMarkdown(markdown: string | undefined): void {
  if ((markdown?.length ?? 0) <= MARKDOWN_LIMIT) return;
  throw new ShapeFailure("msg_blocks_too_long", [`markdown_text over ${MARKDOWN_LIMIT}`]);
}

export function checkBlockList(blocks: Json[] | undefined): void {
  if (blocks === undefined) return;
  const problems = checkBlocks(blocks, BLOCKS_PER_MESSAGE);
  if (problems.length > 0) throw new ShapeFailure("invalid_blocks", problems);
  if (sumOfTexts(blocks) > BLOCKS_TEXT_LIMIT) {
    throw new ShapeFailure("msg_blocks_too_long", [`blocks with over ${BLOCKS_TEXT_LIMIT}`]);
  }
}

function sumOfTexts(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + sumOfTexts(each), 0);
  if (typeof value !== "object" || value === null) return 0;
  const { text } = value as { text?: unknown };
  const own = typeof text === "string" ? text.length : 0;
  return own + Object.values(value).reduce<number>((sum, each) => sum + sumOfTexts(each), 0);
}

export function checkMetadata(args: Json): void {
  const metadata = objectOf(args, "metadata");
  if (metadata === undefined || Object.keys(metadata).length === 0) return;
  const unknown = Object.keys(metadata).filter(
    (key) => !["event_type", "event_payload", "entities"].includes(key),
  );
  if (unknown.length > 0) {
    throw new ShapeFailure("invalid_metadata_format", [`metadata has ${unknown.join(", ")}`]);
  }
  if (metadata["entities"] !== undefined) return;
  if (typeof metadata["event_type"] !== "string" || !objectOf(metadata, "event_payload")) {
    throw new ShapeFailure("invalid_metadata_schema", ["metadata: event_type and event_payload"]);
  }
}

/** Refuses what the stream methods refuse in `chunks` and `markdown_text`. */
export function checkChunks(args: Json): void {
  checkMarkdown(stringOf(args, "markdown_text"));
  for (const chunk of listOf(args, "chunks") ?? []) {
    const problem = chunkProblem(chunk);
    if (problem !== undefined) throw new ShapeFailure("invalid_chunks", [problem]);
    if (chunk["type"] === "markdown_text") checkMarkdown(stringOf(chunk, "text"));
    if (chunk["type"] !== "blocks") continue;
    const blocks = listOf(chunk, "blocks") ?? [];
    if (blocks.length > BLOCKS_PER_MESSAGE) {
      throw new ShapeFailure("msg_blocks_too_many", [`${blocks.length} blocks in one chunk`]);
    }
    checkBlockList(blocks);
  }
}

function chunkProblem(chunk: Json): string | undefined {
  const type = String(chunk["type"]);
  if (!CHUNK_TYPES.has(type)) return `chunk type ${type}`;
  if (type === "markdown_text" && !stringOf(chunk, "text")) return "chunk without text";
  if (type === "plan_update" && !stringOf(chunk, "title")) return "plan without title";
  if (type !== "task_update") return undefined;
  const known = TASK_STATUSES.has(String(chunk["status"]));
  const named = stringOf(chunk, "id") !== undefined && stringOf(chunk, "title") !== undefined;
  return known && named ? undefined : "task_update needs id, title and a known status";
}
