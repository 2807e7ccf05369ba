import { toStorableJson } from "../../store/storable.ts";

/** A file that came with a message, as its platform tells of it; nothing of it is trusted. */
export type MessageFile = {
  /** The platform's own id. */
  id: string;
  name: string;
  mimeType?: string;
  bytes?: number;
  /** Where the platform keeps it; absent where the platform must be asked. */
  url?: string;
  /** Where the platform keeps a smaller rendering of an image. */
  previewUrl?: string;
};

/** The most files of one message that are known; platforms allow about ten. */
const MOST_FILES = 20;

/** The files of a message as JSON; null for none. */
export function toStoredFiles(files: readonly MessageFile[] = []): string | null {
  return files.length === 0 ? null : toStorableJson(files.slice(0, MOST_FILES));
}
