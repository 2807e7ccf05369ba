import { sha256 } from "../../../base/ids.ts";

const NONCE_CHARACTERS = 25;

/** The same for each attempt to send one part of one delivery; Discord allows 25 characters. */
export function toNonce(deliveryId: string, part: number | string): string {
  const digest = Buffer.from(sha256(`${deliveryId}/${part}`), "hex");
  return digest.toString("base64url").slice(0, NONCE_CHARACTERS);
}
