/**
 * What counts against an answer although the turn ended, besides people's verdicts. All of it
 * together is the one definition of success:
 *
 * - A turn that ended `done` or `failed` counts; a declined or merged one does not.
 * - It is a success if it is `done`, has no flaw, and no 👎 on it stands.
 * - Flaws: `failed_tool`, a tool that the agent has failed in the turn and no later call of the same
 *   tool succeeded; `filtered`, the model or its provider refused; `empty`, the model gave no text;
 *   `retried`, the person asked nearly the same again (see `is-retry.ts`). Of several the first stays.
 *
 * So an answered turn counts until someone says otherwise, and again once they take it back.
 */
export const FLAWS = ["failed_tool", "filtered", "empty", "retried"] as const;
export type Flaw = (typeof FLAWS)[number];
