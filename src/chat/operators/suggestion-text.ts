import type { Improvement } from "../../behaviors/improvement/improvement.ts";
import { describeTally } from "../../behaviors/improvement/tally.ts";
import { plain } from "../commands/plain.ts";

/** What a suggestion changes and what speaks for it, as Markdown. */
export function describeSuggestion(improvement: Improvement): string {
  const { agent, toBehaviorName } = improvement;
  const before = { uses: improvement.fromUses, successes: improvement.fromSuccesses };
  const proof = { uses: improvement.toUses, successes: improvement.toSuccesses };
  return `\`${agent.slug}\`: ${describeChange(improvement)}. It succeeded in ${describeTally(before)}; with \`${toBehaviorName}\` agents succeed in ${describeTally(proof)}.`;
}

/** The message that asks listed operators to decide. */
export function renderSuggestion(improvement: Improvement): string {
  return `**Shall \`${improvement.agent.slug}\` behave differently?** ${describeSuggestion(improvement)}\n\n_Listed operators decide._`;
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

function describeChange({ fromBehaviorName, toBehaviorName }: Improvement): string {
  const from = fromBehaviorName ? `\`${fromBehaviorName}\`` : "no behavior";
  return `${from} → \`${toBehaviorName}\``;
}
