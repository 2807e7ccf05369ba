import type {
  Response,
  ResponseOutputItem,
  ResponseStreamEvent,
  ResponseUsage,
} from "openai/resources/responses/responses";
import { appendText, appendThinking, parseToolInput, type Answer } from "../answer.ts";
import { modelError, readFault, toModelError } from "../errors.ts";
import type { ModelRequest, ToolCall } from "../language-model.ts";
import type { AnswerDecoder } from "../stream-answer.ts";
import type { ResponsesState } from "./responses-state.ts";

/** Reads the events of a Responses stream. */
export function createResponsesDecoder(answer: Answer, request: ModelRequest): AnswerDecoder {
  const items: ResponseOutputItem[] = [];
  let refusal = "";

  function read(payload: unknown): void {
    const event = payload as ResponseStreamEvent;
    switch (event.type) {
      case "response.output_text.delta":
        appendText(answer, event.delta);
        break;
      case "response.reasoning_summary_text.delta":
      case "response.reasoning_text.delta":
        appendThinking(answer, event.delta);
        break;
      case "response.refusal.delta":
        refusal += event.delta;
        break;
      case "response.output_item.done":
        items[event.output_index] = event.item;
        break;
      case "response.completed":
      case "response.incomplete":
      case "response.failed":
        readOutcome(answer, event.response);
        break;
      default:
        readFailure(answer, payload);
    }
  }

  function end(): void {
    answer.toolCalls = items.flatMap((item) => toToolCall(item));
    if (refusal !== "" && answer.text === "" && answer.toolCalls.length === 0) {
      answer.failure ??= modelError("refused", "the model refused to answer");
    }
    if (!items.some((item) => item?.type === "reasoning")) return;
    answer.providerState = {
      provider: "openai",
      model: request.model,
      output: items.filter(Boolean),
    } satisfies ResponsesState;
  }

  return { read, end };
}

function readOutcome(answer: Answer, response: Response): void {
  const { status, incomplete_details: incomplete, error, usage } = response;
  answer.isComplete = true;
  if (usage) readUsage(answer, usage);
  if (status === "failed") {
    answer.failure = toModelError(readFault(error ?? { message: "the response failed" }));
  } else if (incomplete?.reason === "content_filter") {
    answer.failure = modelError("refused", "the provider's content filter cut the answer off");
  } else {
    answer.stopReason = status === "incomplete" ? "length" : "end";
  }
}

/** An error event, or the body of an error that came with status 200. */
function readFailure(answer: Answer, payload: unknown): void {
  const { type, error } = Object(payload) as { type?: unknown; error?: unknown };
  if (type === "error" || error) answer.failure = toModelError(readFault(payload));
}

/** Proxies and older models leave the details out. */
function readUsage(answer: Answer, usage: ResponseUsage): void {
  const details: Partial<ResponseUsage.InputTokensDetails> | undefined = usage.input_tokens_details;
  const cacheReadTokens = details?.cached_tokens ?? 0;
  const cacheWriteTokens = details?.cache_write_tokens ?? 0;
  answer.usage = {
    inputTokens: Math.max(0, usage.input_tokens - cacheReadTokens - cacheWriteTokens),
    outputTokens: usage.output_tokens,
    cacheReadTokens,
    cacheWriteTokens,
  };
}

function toToolCall(item: ResponseOutputItem | undefined): ToolCall[] {
  if (item?.type !== "function_call") return [];
  const isWhole = item.status !== "incomplete";
  const input = parseToolInput(item.arguments, isWhole);
  return [{ id: item.call_id, name: item.name, input }];
}
