import { parentPort, workerData } from "node:worker_threads";
import { getDocumentProxy } from "unpdf";
import type { PdfJob, PdfOutcome } from "./pdf-job.ts";

// The body of a thread for one file: whoever started it sets the limits and ends it.
parentPort?.postMessage(await read(workerData as PdfJob));

async function read({ bytes, ...limits }: PdfJob): Promise<PdfOutcome> {
  try {
    const text = await readPages(bytes, limits);
    return text === "" ? { reason: "it holds no text, perhaps only pictures of it" } : { text };
  } catch (error) {
    const isLocked = error instanceof Error && error.name === "PasswordException";
    return { reason: isLocked ? "it is locked with a password" : "it is damaged" };
  }
}

async function readPages(
  bytes: Uint8Array,
  { pages: mostPages, characters }: Omit<PdfJob, "bytes">,
): Promise<string> {
  const pdf = await getDocumentProxy(bytes, {
    disableFontFace: true,
    useSystemFonts: false,
    useWasm: false,
    verbosity: 0,
  });
  const pages: string[] = [];
  let length = 0;
  for (let number = 1; number <= Math.min(pdf.numPages, mostPages); number++) {
    const { items } = await (await pdf.getPage(number)).getTextContent();
    const words = items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : ""));
    const page = words.join("").trim();
    if (page === "") continue;
    pages.push(page);
    length += page.length;
    if (length > characters) break;
  }
  const text = pages.join("\n\n");
  if (text.length > characters) {
    return `${text.slice(0, characters).toWellFormed()}\n[… the rest is left out …]`;
  }
  const more = pdf.numPages - mostPages;
  return text !== "" && more > 0 ? `${text}\n[… ${more} more pages are left out …]` : text;
}
