import { typeOfData } from "./anthropic-rules.ts";
import type { DoubleRequest } from "./llm-double.ts";

type Rejection = { status: number; body: unknown };
type InputItem = {
  type?: string;
  role?: string;
  content?: unknown;
  call_id?: string;
  encrypted_content?: string;
  arguments?: unknown;
};
type ResponsesBody = {
  model?: string;
  input?: InputItem[];
  tools?: { type?: string; name?: string; parameters?: object }[];
  max_output_tokens?: number;
  include?: string[];
  [field: string]: unknown;
};
type ChatMessage = {
  role?: string;
  content?: string | Part[] | null;
  tool_calls?: { id?: string; function?: { name?: string; arguments?: unknown } }[];
  tool_call_id?: string;
};
type ChatBody = {
  model?: string;
  messages?: ChatMessage[];
  tools?: { type?: string; function?: { name?: string; parameters?: object } }[];
  stream?: boolean;
  stream_options?: object;
};

const REASONS = /^(o\d|gpt-[5-9])/;

/** The error that OpenAI answers to a request it does not take. */
export function rejectOpenAiRequest(
  { path, headers, body }: DoubleRequest,
  needsKey: boolean,
): Rejection | undefined {
  if (needsKey && !headers["authorization"]) {
    return fault(401, "You didn't provide an API key.", "invalid_api_key");
  }
  const message =
    path === "/v1/responses"
      ? (faultInResponses(body as ResponsesBody) ??
        faultInItems((body as ResponsesBody).input ?? []))
      : path === "/v1/chat/completions"
        ? faultInChat(body as ChatBody)
        : `Unknown request URL: ${path}`;
  if (message === undefined) return undefined;
  return fault(message.startsWith("Unknown request URL") ? 404 : 400, message, null);
}

function faultInResponses(body: ResponsesBody): string | undefined {
  const { model = "", input, tools = [], max_output_tokens: limit } = body;
  if (model === "") return "Missing required parameter: 'model'.";
  if (!input?.length) return "Missing required parameter: 'input'.";
  if (limit !== undefined && limit < 16) return "Invalid 'max_output_tokens': below minimum 16.";
  const tool = tools.find(({ type, name }) => type !== "function" || !name);
  return tool ? "Missing required parameter: 'tools[0].name'." : faultInReasoning(body);
}

function faultInReasoning(body: ResponsesBody): string | undefined {
  const reasons = REASONS.test(body.model ?? "");
  if (reasons) return "temperature" in body ? "Unsupported parameter: 'temperature'." : undefined;
  const asks = "reasoning" in body || body.include?.length;
  return asks ? "Encrypted content is not supported with this model." : undefined;
}

function faultInItems(items: InputItem[]): string | undefined {
  const fault = items.map(faultInItem).find(Boolean);
  if (fault) return fault;
  const called = new Set<string | undefined>();
  for (const { type, call_id: id } of items) {
    if (type === "function_call") called.add(id);
    if (type === "function_call_output" && !called.delete(id)) return `No tool call found: ${id}.`;
  }
  return called.size > 0 ? "No tool output found for function call." : undefined;
}

function faultInItem(item: InputItem): string | undefined {
  switch (item.type ?? "message") {
    case "message":
      if (!item.role || item.content === undefined) return "Invalid value for 'input'.";
      return Array.isArray(item.content) ? faultInParts(item.content as Part[]) : undefined;
    case "reasoning":
      return item.encrypted_content ? undefined : "Item was not persisted when `store` is false.";
    case "function_call":
      return typeof item.arguments === "string" ? undefined : "Invalid type for 'arguments'.";
    case "function_call_output":
      return undefined;
    default:
      return `Invalid value: '${item.type}'.`;
  }
}

type Part = {
  type?: string;
  text?: string;
  image_url?: string | { url?: string };
  filename?: string;
  file_data?: string;
};

/** The parts of a message of the Responses API, or of chat completions. */
function faultInParts(parts: Part[]): string | undefined {
  return parts.map(faultInPart).find(Boolean);
}

function faultInPart(part: Part): string | undefined {
  switch (part.type) {
    case "text":
    case "input_text":
      return typeof part.text === "string" ? undefined : "Missing 'text'.";
    case "input_image":
      return faultInData(part.image_url, /^image\//);
    case "image_url":
      return faultInData((part.image_url as { url?: string }).url, /^image\//);
    case "input_file":
      return part.filename ? faultInData(part.file_data, /pdf$/) : "Missing 'filename'.";
    default:
      return `Invalid value: '${part.type}'.`;
  }
}

function faultInData(url: unknown, wanted: RegExp): string | undefined {
  const [, type = "", data = ""] = /^data:([^;]+);base64,(.+)$/.exec(String(url)) ?? [];
  const isGood = wanted.test(type) && typeOfData(data) === type;
  return isGood ? undefined : "Invalid base64 data URL.";
}

function faultInChat(body: ChatBody): string | undefined {
  if (!body.model) return "you must provide a model parameter";
  if (!body.messages?.length) return "Invalid 'messages': empty array.";
  if (body.stream_options && !body.stream) return "'stream_options' needs 'stream'.";
  const tool = body.tools?.find((spec) => spec.type !== "function" || !spec.function?.name);
  if (tool) return "Missing required parameter: 'tools[0].function'.";
  return body.messages.find(lacksContent) ? "Invalid 'content'." : faultInToolCalls(body.messages);
}

function lacksContent({ role, content, tool_calls: calls = [] }: ChatMessage): boolean {
  if (Array.isArray(content)) return role !== "user" || faultInParts(content) !== undefined;
  return typeof content !== "string" && !(role === "assistant" && calls.length > 0);
}

function faultInToolCalls(messages: ChatMessage[]): string | undefined {
  const open = new Set<string | undefined>();
  for (const { role, tool_call_id: id, tool_calls: calls = [] } of messages) {
    if (role === "tool" && !open.delete(id)) return "Invalid parameter: 'tool_call_id' not found.";
    if (role !== "tool" && open.size > 0) return "'tool_calls' must be followed by tool messages.";
    for (const call of calls) open.add(call.id);
  }
  return open.size > 0 ? "'tool_calls' must be followed by tool messages." : undefined;
}

function fault(status: number, message: string, code: string | null): Rejection {
  return { status, body: { error: { message, type: "invalid_request_error", code } } };
}
