/** What a promotion replaced, so that it can be taken back. */
export type AssignedBefore = {
  /** Agents that got the winner, by slug, and the behavior each had; null for none of its own. */
  agents: { slug: string; behavior: string | null }[];
  /** Since when the winner had been its role's primary behavior before; null where it was not. */
  primarySince: string | null;
  /** Whether it was a draft, which does not apply to its role by itself. */
  wasDraft: boolean;
};
