import type {
  ContentBlockParam,
  RawContentBlockDelta,
  RawContentBlockStartEvent,
  RawMessageDeltaEvent,
  RawMessageStreamEvent,
  StopReason as AnthropicStopReason,
} from "@anthropic-ai/sdk/resources/messages/messages";
import { appendText, appendThinking, parseToolInput, type Answer } from "../answer.ts";
import { modelError, readFault, toModelError } from "../errors.ts";
import type { ModelRequest, StopReason, ToolCall } from "../language-model.ts";
import type { AnswerDecoder } from "../stream-answer.ts";
import { toToolUse, type AnthropicState } from "./anthropic-state.ts";

type ErrorEvent = { type: "error"; error?: unknown };

/** A block as it grows: how it began, and what its deltas added. `text` is thinking in a thinking block. */
type OpenBlock = {
  start: RawContentBlockStartEvent["content_block"];
  text: string;
  signature: string;
  json: string;
  isWhole: boolean;
};

const STOP_REASONS: Partial<Record<AnthropicStopReason, StopReason>> = {
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool-calls",
};

/** Reads the events of a Messages stream. */
export function createAnthropicDecoder(answer: Answer, request: ModelRequest): AnswerDecoder {
  const blocks: OpenBlock[] = [];

  function read(payload: unknown): void {
    const event = payload as RawMessageStreamEvent | ErrorEvent;
    switch (event.type) {
      case "message_start":
        addTokens(answer, event.message.usage);
        break;
      case "content_block_start":
        blocks[event.index] = openBlock(answer, event.content_block);
        break;
      case "content_block_delta":
        readDelta(answer, blocks[event.index], event.delta);
        break;
      case "content_block_stop": {
        const block = blocks[event.index];
        if (block) block.isWhole = true;
        break;
      }
      case "message_delta":
        addTokens(answer, event.usage);
        readStop(answer, event.delta);
        break;
      case "message_stop":
        answer.isComplete = true;
        break;
      case "error":
        answer.failure = toModelError(readFault(event));
        break;
    }
  }

  function end(): void {
    answer.toolCalls = blocks.flatMap(toToolCall);
    if (!blocks.some((block) => block?.start.type.endsWith("thinking"))) return;
    answer.providerState = {
      provider: "anthropic",
      model: request.model,
      content: blocks.flatMap(toParam),
    } satisfies AnthropicState;
  }

  return { read, end };
}

/** Figures are cumulative; those that are null or missing stand as they were. */
function addTokens(
  { usage }: Answer,
  counted: Partial<RawMessageDeltaEvent["usage"]> | undefined,
): void {
  usage.inputTokens = counted?.input_tokens ?? usage.inputTokens;
  usage.outputTokens = counted?.output_tokens ?? usage.outputTokens;
  usage.cacheReadTokens = counted?.cache_read_input_tokens ?? usage.cacheReadTokens;
  usage.cacheWriteTokens = counted?.cache_creation_input_tokens ?? usage.cacheWriteTokens;
}

function openBlock(answer: Answer, start: OpenBlock["start"]): OpenBlock {
  const block = { start, text: "", signature: "", json: "", isWhole: false };
  if (start.type === "text") readDelta(answer, block, { type: "text_delta", text: start.text });
  return block;
}

function readDelta(
  answer: Answer,
  block: OpenBlock | undefined,
  delta: RawContentBlockDelta,
): void {
  if (!block) return;
  switch (delta.type) {
    case "text_delta":
      block.text += delta.text;
      appendText(answer, delta.text);
      break;
    case "thinking_delta":
      block.text += delta.thinking;
      appendThinking(answer, delta.thinking);
      break;
    case "signature_delta":
      block.signature += delta.signature;
      break;
    case "input_json_delta":
      block.json += delta.partial_json;
      break;
    case "citations_delta":
      break;
  }
}

function readStop(
  answer: Answer,
  { stop_reason, stop_details }: RawMessageDeltaEvent["delta"],
): void {
  if (stop_reason === "refusal") {
    const category = stop_details?.category ? ` (${stop_details.category})` : "";
    answer.failure = modelError("refused", `the model refused to answer${category}`);
  } else if (stop_reason) {
    answer.stopReason = STOP_REASONS[stop_reason] ?? "end";
  }
}

function toToolCall({ start, json, isWhole }: OpenBlock): ToolCall[] {
  if (start.type !== "tool_use") return [];
  const input = json === "" && isWhole ? start.input : parseToolInput(json, isWhole);
  return [{ id: start.id, name: start.name, input }];
}

/** Blocks of server tools, which are never asked for, are left out. */
function toParam(block: OpenBlock): ContentBlockParam[] {
  const { start, text, signature } = block;
  switch (start.type) {
    case "text":
      return text.trim() === "" ? [] : [{ type: "text", text }];
    case "thinking":
      return [{ type: "thinking", thinking: text, signature: signature || start.signature }];
    case "redacted_thinking":
      return [{ type: "redacted_thinking", data: start.data }];
    case "tool_use":
      return toToolCall(block).map(({ id, name, input }) => toToolUse(id, name, input));
    default:
      return [];
  }
}
