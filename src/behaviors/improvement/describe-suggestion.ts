import type { Improvement } from "./improvement.ts";
import { describeTally } from "./tally.ts";

type Change = Pick<Improvement, "fromBehaviorName" | "toBehaviorName">;
type Suggestion = Change &
  Pick<Improvement, "fromUses" | "fromSuccesses" | "toUses" | "toSuccesses"> & {
    agent: { slug: string };
  };

/** What a suggestion changes and what speaks for it, as Markdown. */
export function describeSuggestion(suggestion: Suggestion): string {
  const { agent, toBehaviorName, fromUses, fromSuccesses, toUses, toSuccesses } = suggestion;
  const before = describeTally({ uses: fromUses, successes: fromSuccesses });
  const proof = describeTally({ uses: toUses, successes: toSuccesses });
  return `\`${agent.slug}\`: ${describeChange(suggestion)}. It succeeded in ${before}; with \`${toBehaviorName}\` agents succeed in ${proof}.`;
}

export function describeChange({ fromBehaviorName, toBehaviorName }: Change): string {
  const from = fromBehaviorName ? `\`${fromBehaviorName}\`` : "no behavior";
  return `${from} → \`${toBehaviorName}\``;
}
