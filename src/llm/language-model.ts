/** A tool as a model sees it; `inputSchema` is a JSON Schema of type object. */
export type ToolSpec = { name: string; description: string; inputSchema: Record<string, unknown> };

export type ToolCall = { id: string; name: string; input: unknown };

/** A picture or a PDF file that comes with a message; `data` is base64, `name` is one plain line. */
export type ModelAttachment = {
  kind: "image" | "document";
  name: string;
  mimeType: string;
  data: string;
};

/** What a model can read besides text. */
export type ModelSenses = { images: boolean; documents: boolean };

export type ModelMessage =
  | { role: "user"; text: string; attachments?: ModelAttachment[] }
  | { role: "assistant"; text: string; toolCalls: ToolCall[]; providerState?: unknown }
  | { role: "tool"; results: { callId: string; name: string; output: string; isError: boolean }[] };

/**
 * One call of a model. The order is cache-friendly: `system` is the stable prefix (identical from
 * turn to turn), then `tools`, then `messages`, whose last one carries the volatile facts.
 */
export type ModelRequest = {
  /** The provider's own name of the model, without the `provider/` prefix. */
  model: string;
  system: string;
  messages: ModelMessage[];
  tools: ToolSpec[];
  /** Tokens the answer itself may have; `thinkingTokens` come on top, so both are the worst case. */
  maxOutputTokens: number;
  /**
   * Tokens the model may spend on thinking before it answers; 0 is off. Models that cannot switch
   * thinking off think as little as they can, within `maxOutputTokens`. Where a provider takes an
   * effort instead of a number, the nearest effort is asked for.
   */
  thinkingTokens: number;
  /** Whole-call deadline in milliseconds; passing it is a `timeout` failure. */
  timeoutMs: number;
};

/**
 * Tokens as the provider itself counted them; all zero where it counts none. `inputTokens` excludes
 * both cache figures, `outputTokens` includes thinking.
 */
export type ModelUsage = {
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
};

export const MODEL_ERROR_KINDS = [
  "auth",
  "rate-limit",
  "overloaded",
  "timeout",
  "context-too-long",
  "refused",
  "truncated",
  "network",
  "invalid",
  "empty",
  "cancelled",
] as const;
export type ModelErrorKind = (typeof MODEL_ERROR_KINDS)[number];

/** `retryable`: the same request may succeed later; `message` holds no key and may be journalled. */
export type ModelError = {
  kind: ModelErrorKind;
  message: string;
  retryable: boolean;
  retryAfterMs?: number;
  status?: number;
};

export type StopReason = "end" | "tool-calls" | "length";

/** What a stream yields. Exactly one `done` or `failed` comes, and it comes last. */
export type ModelEvent =
  | { type: "text"; text: string }
  | { type: "thinking"; text: string }
  | {
      type: "done";
      text: string;
      toolCalls: ToolCall[];
      stopReason: StopReason;
      usage: ModelUsage;
      /** Opaque parts (signed thinking …) that must travel back with this answer in a tool loop; JSON. */
      providerState?: unknown;
    }
  | { type: "failed"; error: ModelError; usage: ModelUsage };

/**
 * A provider of language models.
 *
 * Contract: `stream` never throws and its iterator never rejects; failure and cancellation (the
 * signal) are its last event. It does not retry once an event was yielded, and it never retries by
 * itself before that either: whoever calls decides (see `retrying.ts`). A completion with neither
 * text nor a tool call is a failure of kind `empty`. Tool inputs are parsed JSON; a call whose
 * arguments are not JSON arrives with `input` as the raw string. An attachment that the model cannot
 * read becomes a sentence that says that it was there.
 */
export type LanguageModel = {
  readonly provider: string;
  /** What its model of this name, as in a request, reads of attachments. */
  senses(model: string): ModelSenses;
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
};
