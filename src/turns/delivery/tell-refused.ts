import { toErrorMessage } from "../../base/errors.ts";
import type { TurnScope } from "../turn-scope.ts";
import type { Delivery } from "./open-delivery.ts";

const LONGEST_QUESTION = 100;

/**
 * Tells whoever asked why the platform takes no answer in that room, where they can still be told; tried
 * once, while the turn ends with the same reason.
 */
export function tellRefused(
  { log }: Pick<TurnScope, "log">,
  { platform, address }: Pick<Delivery, "platform" | "address">,
  reason: string,
): void {
  const question = Array.from(address.asked ?? "", (letter) => letter)
    .slice(0, LONGEST_QUESTION)
    .join("")
    .replace(/\s+/g, " ");
  const text = `I could not answer${question === "" ? "" : ` “${question}”`} there. ${reason}`;
  const tell = async () => {
    if ((await platform.closedReason(address.workspace)) !== undefined) return;
    await platform.tellPrivately(address, text);
  };
  void tell().catch((error: unknown) =>
    log.warn({ error: toErrorMessage(error) }, "nobody could be told why there is no answer"),
  );
}
