/**
 * What happens when an agent does badly: nothing, a better behavior is suggested to operators, or it
 * is assigned at once. An agent's own policy goes before its role's, which is `suggest` unless set.
 */
export const IMPROVEMENT_POLICIES = ["off", "suggest", "auto"] as const;
