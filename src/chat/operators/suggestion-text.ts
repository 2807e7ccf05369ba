import { plain } from "../../base/plain.ts";
import { describeChange } from "../../behaviors/improvement/describe-suggestion.ts";
import type { Improvement } from "../../behaviors/improvement/improvement.ts";

/** The message that asks listed operators to decide. */
export function renderSuggestion(text: string): string {
  return `**Another behavior is suggested.** ${text}\n\n_Listed operators decide._`;
}

/** What takes the place of that message once it is over. */
export function renderDecided(improvement: Improvement): string {
  const { agent, status, decidedBy, notes } = improvement;
  const what = `\`${agent.slug}\`: ${describeChange(improvement)}`;
  const who = plain(decidedBy ?? "somebody");
  if (status === "dismissed") return `🚫 ${who} dismissed: ${what}`;
  if (decidedBy === null || decidedBy === undefined) {
    return `⌛ Not suggested any more: ${what}. ${plain(notes ?? "", 300)}`.trimEnd();
  }
  return `✅ ${who} approved: ${what}`;
}
