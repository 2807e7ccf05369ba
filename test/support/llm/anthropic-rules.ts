import type { DoubleRequest } from "./llm-double.ts";

type Block = {
  type: string;
  text?: string;
  id?: string;
  tool_use_id?: string;
  signature?: string;
  cache_control?: unknown;
  input?: unknown;
  source?: { type?: string; media_type?: string; data?: string };
};
type Message = { role: string; content: string | Block[] };
type Body = {
  model?: string;
  max_tokens?: number;
  system?: string | Block[];
  messages?: Message[];
  tools?: { name: string; input_schema?: { type?: string }; cache_control?: unknown }[];
  thinking?: { type: string; budget_tokens?: number };
  [field: string]: unknown;
};

/** The error that the Messages API answers to a request it does not take. */
export function rejectAnthropicRequest({
  path,
  headers,
  body,
}: DoubleRequest): { status: number; body: unknown } | undefined {
  if (path !== "/v1/messages") return fault(404, "not_found_error", `no such path: ${path}`);
  if (!headers["x-api-key"] && !headers["authorization"]) {
    return fault(401, "authentication_error", "x-api-key header is required");
  }
  if (!headers["anthropic-version"]) return invalid("anthropic-version: header is required");
  const message = faultInBody(body as Body) ?? faultInMessages((body as Body).messages ?? []);
  return message === undefined ? undefined : invalid(message);
}

function faultInBody(body: Body): string | undefined {
  const sampling = ["temperature", "top_p", "top_k"].find((name) => name in body);
  if (sampling) return `${sampling}: this parameter is no longer supported`;
  if (!body.model) return "model: Field required";
  if (!Number.isInteger(body.max_tokens)) return "max_tokens: Field required";
  if (!body.messages?.length) return "messages: at least one message is required";
  if (countBreakpoints(body) > 4) return "A maximum of 4 blocks with cache_control may be provided";
  const tool = body.tools?.find(
    ({ name, input_schema }) => !/^[\w-]{1,128}$/.test(name) || input_schema?.type !== "object",
  );
  if (tool) return `tools: ${tool.name} is not valid`;
  return faultInThinking(body);
}

function faultInThinking({ thinking, model = "", max_tokens = 0 }: Body): string | undefined {
  if (thinking?.type === "enabled") {
    if (!/-(3|4)(?!-[6-9]\b)/.test(model)) return '"thinking.type.enabled" is not supported';
    const budget = thinking.budget_tokens ?? 0;
    if (budget < 1024 || budget >= max_tokens) return "thinking.budget_tokens: out of range";
  }
  if (thinking?.type === "disabled" && /(sonnet|opus)-5-5|fable|mythos/.test(model)) {
    return '"thinking.type.disabled" is not supported for this model';
  }
  return undefined;
}

function faultInMessages(messages: Message[]): string | undefined {
  if (messages.at(-1)?.role === "assistant") return "assistant prefill is not supported";
  let open: string[] = [];
  for (const { role, content } of messages) {
    if (role !== "user" && role !== "assistant") return `messages: unexpected role ${role}`;
    const blocks = typeof content === "string" ? [{ type: "text", text: content }] : content;
    const results = blocks.filter(({ type }) => type === "tool_result");
    const answered = results.map((block) => block.tool_use_id);
    if (open.some((id) => !answered.includes(id))) {
      return "tool_use ids were found without tool_result blocks immediately after";
    }
    if (answered.some((id) => !open.includes(id ?? ""))) return "unexpected tool_use_id";
    const empty = blocks.some(({ type, text }) => type === "text" && !text?.trim());
    if (blocks.length === 0 || empty) return "messages: text content blocks must be non-empty";
    const wrong = blocks.map((block) => faultInBlock(block)).find(Boolean);
    if (wrong) return wrong;
    open = blocks.flatMap(({ type, id }: Block) => (type === "tool_use" && id ? [id] : []));
  }
  return undefined;
}

function faultInBlock(block: Block): string | undefined {
  const { type, signature, cache_control: cached, input } = block;
  if (type === "image" || type === "document") return faultInSource(block);
  if (type === "thinking" && !signature) return "messages: thinking.signature: Field required";
  if (type === "thinking" && cached) return "messages: thinking cannot be cached";
  if (type === "tool_use" && (typeof input !== "object" || input === null)) {
    return "messages: tool_use.input: Input should be a valid dictionary";
  }
  return undefined;
}

const MOST_IMAGE_CHARACTERS = 5 * 1024 * 1024;

/** What an image or a document says that it is, it must be. */
function faultInSource({ type, source = {} }: Block): string | undefined {
  const { media_type: declared, data = "" } = source;
  if (source.type !== "base64" || !/^[A-Za-z0-9+/]+={0,2}$/.test(data)) {
    return `messages: ${type}.source.base64.data: invalid base64 data`;
  }
  const found = typeOfData(data);
  if (found !== declared) return `messages: the ${type} was specified as ${declared}, is ${found}`;
  if (type === "document") {
    return found === "application/pdf" ? undefined : "messages: document.source: not a PDF";
  }
  if (data.length > MOST_IMAGE_CHARACTERS) return "messages: image exceeds 5 MB maximum";
  return undefined;
}

/** By the first bytes, as base64 shows them. */
export function typeOfData(data: string): string | undefined {
  if (data.startsWith("iVBORw")) return "image/png";
  if (data.startsWith("/9j/")) return "image/jpeg";
  if (data.startsWith("R0lGOD")) return "image/gif";
  if (data.startsWith("UklGR")) return "image/webp";
  return data.startsWith("JVBERi0") ? "application/pdf" : undefined;
}

function countBreakpoints({ system, tools = [], messages = [] }: Body): number {
  const blocks = [
    ...(Array.isArray(system) ? system : []),
    ...tools,
    ...messages.flatMap(({ content }) => (Array.isArray(content) ? content : [])),
  ];
  return blocks.filter(({ cache_control: cached }) => cached).length;
}

function invalid(message: string): { status: number; body: unknown } {
  return fault(400, "invalid_request_error", message);
}

function fault(status: number, type: string, message: string): { status: number; body: unknown } {
  return { status, body: { type: "error", error: { type, message } } };
}
