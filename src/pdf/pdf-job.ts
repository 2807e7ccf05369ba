/** What the thread is given. */
export type PdfJob = { bytes: Uint8Array; pages: number; characters: number };

/** What it gives back, once. */
export type PdfOutcome = { text: string } | { reason: string };
