import { toStorableText } from "../../store/storable.ts";

export const LONGEST_REASON = 2000;

/** What was written about an answer, as it is stored; undefined where nothing was. */
export function toReason(words: string | undefined): string | undefined {
  const reason = toStorableText(words ?? "").trim();
  return reason === "" ? undefined : reason.slice(0, LONGEST_REASON).toWellFormed();
}
