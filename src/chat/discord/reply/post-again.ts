import { setTimeout as sleep } from "node:timers/promises";
import type { APIMessage } from "discord.js";
import { AppError } from "../../../base/errors.ts";

const LOOK_AGAIN_MS = [500, 1000, 3000];

/** Sends again what no nonce protects, after a failure that may have been a lost answer: it is looked for before. */
export async function postAgain(
  failure: unknown,
  { send, find }: { send: () => Promise<APIMessage>; find: () => Promise<APIMessage | undefined> },
): Promise<APIMessage> {
  let error = failure;
  for (const delayMs of LOOK_AGAIN_MS) {
    if (!(error instanceof AppError) || error.code !== "UNAVAILABLE") throw error;
    await sleep(delayMs);
    const found = await find();
    if (found) return found;
    try {
      return await send();
    } catch (again) {
      error = again;
    }
  }
  throw error;
}
