import { AppError } from "../base/errors.ts";

const LONGEST_TEXT_BYTES = 256 * 1024;

/**
 * A message's text as it can be stored: Postgres takes no NUL and no half of a surrogate pair, both
 * become U+FFFD. An empty or oversized text is an `INVALID` error.
 */
export function toStorableText(text: string): string {
  const storable = text.toWellFormed().replaceAll("\0", "\u{FFFD}");
  if (storable.trim() === "") {
    throw new AppError("INVALID", "The message is empty. Write something for the agent to answer.");
  }
  const bytes = Buffer.byteLength(storable);
  if (bytes > LONGEST_TEXT_BYTES) {
    throw new AppError(
      "INVALID",
      `The message has ${bytes} bytes; at most ${LONGEST_TEXT_BYTES} fit. Send it in parts or as a file.`,
    );
  }
  return storable;
}
