import { modelError } from "../errors.ts";
import type { LanguageModel, ModelEvent, ModelRequest, ModelUsage } from "../language-model.ts";
import { composeAnswer } from "./rehearsal-answer.ts";
import { readCues } from "./rehearsal-cues.ts";
import { planToolCall } from "./rehearsal-tools.ts";

export const REHEARSAL_MODEL = "rehearsal/echo";

const CHARACTERS_PER_TOKEN = 4;

/**
 * The built-in offline model: no key, no network, no chance. It says who it plays, in which manner, and
 * what it was told, and calls a tool where the message plainly asks for one, so that everything around
 * a model can be seen at work. It streams word by word and counts a token per four characters.
 */
export function createRehearsalModel(): LanguageModel {
  async function* stream(
    request: ModelRequest,
    signal: AbortSignal,
  ): AsyncGenerator<ModelEvent, void, undefined> {
    const withoutFiles = (key: string, value: unknown) => (key === "attachments" ? null : value);
    const inputTokens = countTokens(
      JSON.stringify([request.system, request.messages, request.tools], withoutFiles),
    );
    const usageFor = (output: string): ModelUsage => ({
      inputTokens,
      outputTokens: countTokens(output),
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
    });
    const cues = readCues(request);
    const call = isAnsweringTools(request)
      ? undefined
      : planToolCall(cues.said, request.tools, "rehearsal-1");
    if (call && !signal.aborted) {
      const usage = usageFor(JSON.stringify(call.input));
      return yield { type: "done", text: "", toolCalls: [call], stopReason: "tool-calls", usage };
    }
    const whole = composeAnswer(cues, request.messages);
    const text = whole.slice(0, request.maxOutputTokens * CHARACTERS_PER_TOKEN).toWellFormed();
    let said = "";
    for (const word of text.match(/\s*\S+/g) ?? []) {
      if (signal.aborted) break;
      said += word;
      yield { type: "text", text: word };
    }
    if (signal.aborted) {
      const error = modelError("cancelled", "the call was cancelled");
      return yield { type: "failed", error, usage: usageFor(said) };
    }
    const stopReason = text.length < whole.length ? "length" : "end";
    yield { type: "done", text: said, toolCalls: [], stopReason, usage: usageFor(said) };
  }

  // It looks at nothing, and says so itself of whatever it is handed.
  const senses = () => ({ images: true, documents: true });
  return { provider: "rehearsal", senses, stream };
}

function isAnsweringTools({ messages }: ModelRequest): boolean {
  return messages.at(-1)?.role === "tool";
}

function countTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}
