import type { PdfText } from "../../pdf/pdf-reader.ts";

/** What a file turned out to hold; `data` is base64. */
export type FileContent =
  | {
      kind: "image" | "document";
      mimeType: string;
      data: string;
      /** Of a document, once a model needed them. */
      words?: PdfText;
    }
  | { kind: "text"; text: string }
  | { kind: "unread"; reason: string };

/** Downloads stop here, whatever the file is. */
export const MOST_BYTES = 10 * 1024 * 1024;
/** Providers take images of 5 MB as base64. */
const IMAGE_BYTES = 3_750_000;
/** How much a prompt takes of a text file that is asked about. */
export const LONGEST_ASKED_FILE = 60_000;
const TEXT_BYTES = 1_000_000;

/** How each kind of file begins, in Latin-1. */
const BEGINNINGS: [mimeType: string, beginning: RegExp][] = [
  ["image/png", /^\x89PNG/],
  ["image/jpeg", /^\xff\xd8\xff/],
  ["image/gif", /^GIF8/],
  ["image/webp", /^RIFF[^]{4}WEBP/],
  ["application/pdf", /^%PDF-/],
];

/** Reads a file by what is in it: names and types that came with it may be wrong or lie. */
export function readContent(bytes: Buffer): FileContent {
  const mimeType = typeOf(bytes);
  if (mimeType === "application/pdf") return toData("document", mimeType, bytes);
  if (mimeType !== undefined) {
    if (bytes.length > IMAGE_BYTES) return tooLarge(bytes.length, IMAGE_BYTES, "image");
    return toData("image", mimeType, bytes);
  }
  const text = decode(bytes);
  if (text === undefined) {
    const reason = "it is neither a PNG, JPEG, GIF or WebP image, nor a PDF, nor text";
    return { kind: "unread", reason };
  }
  if (text.trim() === "") return { kind: "unread", reason: "it is empty" };
  if (bytes.length > TEXT_BYTES) return tooLarge(bytes.length, TEXT_BYTES, "text");
  return { kind: "text", text };
}

export function tooLarge(bytes: number, most: number, what: string): FileContent {
  const reason = `it has ${toMegabytes(bytes)}; of one ${what} at most ${toMegabytes(most)} are read`;
  return { kind: "unread", reason };
}

/** An image that is too large to be read, for which a smaller rendering may do. */
export function isLargeImage(bytes: Buffer): boolean {
  return typeOf(bytes)?.startsWith("image/") === true && bytes.length > IMAGE_BYTES;
}

function toData(kind: "image" | "document", mimeType: string, bytes: Buffer): FileContent {
  return { kind, mimeType, data: bytes.toString("base64") };
}

function typeOf(bytes: Buffer): string | undefined {
  const start = bytes.toString("latin1", 0, 16);
  return BEGINNINGS.find(([, beginning]) => beginning.test(start))?.[0];
}

/** UTF-8, or UTF-16 that says so; undefined for what is no text. */
function decode(bytes: Buffer): string | undefined {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  try {
    const text = new TextDecoder(isUtf16 ? "utf-16le" : "utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

function toMegabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
