import type { Json } from "./world.ts";

/** The block types of @slack/types 3.2.0. */
const BLOCK_TYPES = new Set([
  "actions",
  "alert",
  "card",
  "carousel",
  "container",
  "context",
  "context_actions",
  "data_table",
  "divider",
  "file",
  "header",
  "image",
  "input",
  "markdown",
  "plan",
  "rich_text",
  "section",
  "table",
  "task_card",
  "video",
]);

/** From docs.slack.dev/reference/block-kit; text in characters, lists in items. */
const LIMITS = {
  blockId: 255,
  sectionText: 3000,
  sectionFields: 10,
  headerText: 150,
  contextElements: 10,
  actionsElements: 25,
  buttonText: 75,
  buttonValue: 2000,
  actionId: 255,
  selectOptions: 100,
  optionText: 75,
  optionValue: 150,
  placeholder: 150,
  markdownTotal: 12_000,
} as const;

/** What Slack would refuse in a list of blocks, as `[ERROR] … [json-pointer:…]`. */
export function checkBlocks(blocks: Json[], max: number): string[] {
  const problems: string[] = [];
  if (blocks.length > max)
    problems.push(`no more than ${max} items allowed [json-pointer:/blocks]`);
  let markdown = 0;
  for (const [index, block] of blocks.entries()) {
    const at = `/blocks/${index}`;
    problems.push(...checkBlock(block, at));
    if (block["type"] === "markdown") markdown += textLength(block["text"]);
  }
  tooLong(problems, markdown, LIMITS.markdownTotal, "/blocks");
  return problems;
}

function checkBlock(block: Json, at: string): string[] {
  const problems: string[] = [];
  const type = String(block["type"]);
  if (!BLOCK_TYPES.has(type)) return [`unsupported type: ${type} [json-pointer:${at}/type]`];
  tooLong(problems, textLength(block["block_id"]), LIMITS.blockId, `${at}/block_id`);
  if (type === "section") problems.push(...checkSection(block, at));
  if (type === "header")
    tooLong(problems, textLength(block["text"]), LIMITS.headerText, `${at}/text`);
  if (type === "context")
    tooMany(problems, block["elements"], LIMITS.contextElements, `${at}/elements`);
  if (type === "rich_text") problems.push(...checkRichText(block["elements"], `${at}/elements`));
  if (type === "actions") {
    tooMany(problems, block["elements"], LIMITS.actionsElements, `${at}/elements`);
    problems.push(...checkElements(block["elements"], `${at}/elements`));
  }
  return problems;
}

/** Texts hold something, and who is mentioned is a person: a bot's own id is none. */
function checkRichText(elements: unknown, at: string): string[] {
  return ((elements ?? []) as Json[]).flatMap((element, index) => {
    const { type, text, user_id: user, elements: inner } = element;
    const here = `${at}/${index}`;
    const problems = inner === undefined ? [] : checkRichText(inner, `${here}/elements`);
    if (type === "text" && textLength(text) === 0) {
      problems.push(`must be more than 0 characters [json-pointer:${here}/text]`);
    }
    if (type === "user" && !/^[UW][A-Z0-9]+$/.test(String(user))) {
      problems.push(`failed to match a valid user id [json-pointer:${here}/user_id]`);
    }
    return problems;
  });
}

function checkSection(block: Json, at: string): string[] {
  const problems: string[] = [];
  if (block["text"] === undefined && block["fields"] === undefined) {
    problems.push(`missing required field: text [json-pointer:${at}]`);
  }
  if (block["text"] !== undefined && textLength(block["text"]) === 0) {
    problems.push(`must be more than 0 characters [json-pointer:${at}/text/text]`);
  }
  tooLong(problems, textLength(block["text"]), LIMITS.sectionText, `${at}/text/text`);
  tooMany(problems, block["fields"], LIMITS.sectionFields, `${at}/fields`);
  if (block["accessory"] !== undefined) {
    problems.push(...checkElements([block["accessory"]], `${at}/accessory`));
  }
  return problems;
}

function checkElements(elements: unknown, at: string): string[] {
  if (!Array.isArray(elements) || elements.length === 0) {
    return [`no fewer than 1 items allowed [json-pointer:${at}]`];
  }
  const problems: string[] = [];
  const seen = new Set<unknown>();
  for (const element of elements as Json[]) {
    const id = element["action_id"];
    if (id !== undefined && seen.has(id)) {
      problems.push(
        `\`action_id\` "${typeof id === "string" ? id : ""}" already exists [json-pointer:${at}]`,
      );
    }
    seen.add(id);
    tooLong(problems, textLength(id), LIMITS.actionId, `${at}/action_id`);
    if (element["type"] === "static_select") problems.push(...checkSelect(element, at));
    if (element["type"] !== "button") continue;
    tooLong(problems, textLength(element["text"]), LIMITS.buttonText, `${at}/text`);
    tooLong(problems, textLength(element["value"]), LIMITS.buttonValue, `${at}/value`);
  }
  return problems;
}

/** The length of a text or of a text object's text. */
function textLength(value: unknown): number {
  if (typeof value === "string") return value.length;
  const text = (value as { text?: unknown } | undefined)?.text;
  return typeof text === "string" ? text.length : 0;
}

function tooLong(problems: string[], length: number, max: number, at: string): void {
  if (length > max) problems.push(`must be less than ${max + 1} characters [json-pointer:${at}]`);
}

function tooMany(problems: string[], list: unknown, max: number, at: string): void {
  if (Array.isArray(list) && list.length > max) {
    problems.push(`no more than ${max} items allowed [json-pointer:${at}]`);
  }
}

function checkSelect(element: Json, at: string): string[] {
  const problems: string[] = [];
  const options = (element["options"] ?? []) as Json[];
  if (options.length === 0)
    problems.push(`no fewer than 1 items allowed [json-pointer:${at}/options]`);
  tooMany(problems, options, LIMITS.selectOptions, `${at}/options`);
  tooLong(problems, textLength(element["placeholder"]), LIMITS.placeholder, `${at}/placeholder`);
  for (const option of options) {
    tooLong(problems, textLength(option["text"]), LIMITS.optionText, `${at}/options/text`);
    tooLong(problems, textLength(option["value"]), LIMITS.optionValue, `${at}/options/value`);
  }
  return problems;
}
