import { plain } from "../../base/plain.ts";
import {
  describeChange,
  describeSuggestion,
} from "../../behaviors/improvement/describe-suggestion.ts";
import { type FactSource, NEWS_SINCE } from "./fact-source.ts";

type Kind = "improvement_suggested" | "improvement_applied" | "improvement_rolled_back";
type Suggested = Parameters<typeof describeSuggestion>[0] & { notes: string | null };

const fact = (kind: Kind, at: string, where: string) =>
  `select '${kind}', '${kind}/' || i.id, i.id, ${at}, json_build_object('agent', json_build_object('slug', a.slug),
     'fromBehaviorName', i.from_behavior_name, 'toBehaviorName', i.to_behavior_name, 'fromUses', i.from_uses,
     'fromSuccesses', i.from_successes, 'toUses', i.to_uses, 'toSuccesses', i.to_successes, 'notes', i.notes)
   from improvement i join agent a on a.id = i.agent_id where ${where}`;

/** What automatic improvement suggests, and what it did by itself. */
export const IMPROVEMENT_FACTS: FactSource<Kind> = {
  query: [
    fact("improvement_suggested", "i.created_at", "i.status = 'suggested'"),
    fact(
      "improvement_applied",
      "i.decided_at",
      `i.decided_by = 'system' and i.assignment_id is not null and i.decided_at > ${NEWS_SINCE}`,
    ),
    fact(
      "improvement_rolled_back",
      "i.closed_at",
      `i.status = 'rolled_back' and i.closed_at > ${NEWS_SINCE}`,
    ),
  ].join(" union all "),
  sentences: {
    improvement_suggested: describeSuggestion,
    improvement_applied: (applied: Suggested) =>
      `**\`${applied.agent.slug}\` behaves differently now** (automatic improvement, ${describeChange(applied)}); where it does worse it gets back what it had, and \`npx troupe agents assign\` gives it something else.`,
    improvement_rolled_back: ({ agent, notes, ...changed }: Suggested) =>
      `**\`${agent.slug}\` has its old behavior back**, because it did worse after ${describeChange(changed)} (${plain(notes ?? "no figures", 300)}); \`npx troupe agents history ${agent.slug}\` shows how it went.`,
  },
};
