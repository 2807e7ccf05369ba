import type { ModelMessage } from "../language-model.ts";
import type { Cues } from "./rehearsal-cues.ts";

const LONGEST_QUOTE = 280;

/** What the rehearsal model says: who it plays, in which manner, what it was told, what tools returned. */
export function composeAnswer(cues: Cues, messages: ModelMessage[]): string {
  const sentences = [
    `${cues.emoji ? "🎭 " : ""}${cues.agent} here, rehearsing offline (no language model is configured).`,
    describeManner(cues),
    ...quoteResults(messages),
    cues.said === "" ? "You said nothing yet." : `You said: "${shorten(cues.said)}"`,
    cues.attached.length === 0
      ? ""
      : `A rehearsal does not look at ${cues.attached.join(", ")}, which came along.`,
    /detail|verbose|long|high/i.test(cues.verbosity ?? "")
      ? "Set ANTHROPIC_API_KEY, OPENAI_API_KEY or OPENAI_COMPATIBLE and restart, and a real model answers instead."
      : "",
  ];
  const text = sentences.filter((sentence) => sentence !== "").join(" ");
  return cues.wantsConfidence ? `${text}\n${stateConfidence(messages)}` : text;
}

/** A rehearsal is sure of what a tool said and of little else. */
function stateConfidence(messages: ModelMessage[]): string {
  const last = messages.at(-1);
  const isTold = last?.role === "tool" && last.results.every(({ isError }) => !isError);
  return `<confidence>${isTold ? 0.9 : 0.3}</confidence>`;
}

function describeManner({ tone, verbosity, emoji, codeExamples }: Cues): string {
  const parts = [
    tone,
    verbosity,
    emoji === undefined ? undefined : `emoji ${emoji ? "on" : "off"}`,
    codeExamples === undefined ? undefined : `code examples ${codeExamples ? "on" : "off"}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? "" : `Manner: ${parts.join(", ")}.`;
}

function quoteResults(messages: ModelMessage[]): string[] {
  const last = messages.at(-1);
  if (last?.role !== "tool") return [];
  return last.results.map(
    ({ name, output, isError }) =>
      `The tool ${name} ${isError ? "failed" : "answered"}: ${shorten(output)}.`,
  );
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  if (line.length <= LONGEST_QUOTE) return line;
  return `${line.slice(0, LONGEST_QUOTE).toWellFormed()}…`;
}
