import { AppError } from "../../base/errors.ts";
import { toStorableText } from "../../store/storable.ts";

const LONGEST_TEXT_BYTES = 256 * 1024;

/** A message's text as it is stored; an empty or oversized one is an `INVALID` error. */
export function requireText(text: string): string {
  const storable = toStorableText(text);
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
