import { createHash } from "node:crypto";
import { v7, validate } from "uuid";

/** A new time-ordered id (UUID version 7), the primary key of every row. */
export function newId(): string {
  return v7();
}

export function isId(value: string): boolean {
  return validate(value);
}

/** The SHA-256 of a text, in hex. */
export function sha256(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}
