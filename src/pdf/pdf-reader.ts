import { Worker } from "node:worker_threads";
import type { PdfJob, PdfOutcome } from "./pdf-job.ts";

/** The words of a PDF file, or why there are none, in half a sentence. */
export type PdfText = { text: string } | { reason: string };

/** Never rejects but with the signal's reason. */
export type PdfReader = (bytes: Uint8Array, signal: AbortSignal) => Promise<PdfText>;

export type PdfLimits = {
  pages: number;
  characters: number;
  /** For one file, from when it is begun. */
  deadlineMs: number;
  /** What one file may take in memory besides its own bytes. */
  megabytes: number;
  /** Files that are read at the same moment; others wait. */
  atOnce: number;
};

export const PDF_LIMITS: PdfLimits = {
  pages: 50,
  characters: 200_000,
  deadlineMs: 10_000,
  megabytes: 256,
  atOnce: 1,
};

const LOOK_EVERY_MS = 50;
const MEGABYTE = 1_000_000;

/**
 * Reads PDF files, each in a thread of its own that is ended when it takes too long or too much: a file
 * that means harm costs its own answer and nothing else.
 */
export function createPdfReader(limits: PdfLimits = PDF_LIMITS): PdfReader {
  let running = 0;
  const waiting: (() => void)[] = [];

  async function takePlace(): Promise<void> {
    if (running >= limits.atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
  }

  /** A place goes on to whoever waits next. */
  function leavePlace(): void {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }

  return async (bytes, signal) => {
    await takePlace();
    try {
      signal.throwIfAborted();
      return await readInThread(bytes, limits, signal);
    } finally {
      leavePlace();
    }
  };
}

async function readInThread(
  bytes: Uint8Array,
  { pages, characters, deadlineMs, megabytes }: PdfLimits,
  signal: AbortSignal,
): Promise<PdfText> {
  const workerData: PdfJob = { bytes, pages, characters };
  const thread = new Worker(new URL("./pdf-thread.ts", import.meta.url), {
    workerData,
    env: {},
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: megabytes, maxYoungGenerationSizeMb: 32 },
  });
  const ended = Promise.withResolvers<PdfText>();
  const give = (reason: string) => ended.resolve({ reason });
  const tooMuch = `reading it took more than ${megabytes} MB of memory`;
  thread.once("message", (outcome: PdfOutcome) => ended.resolve(outcome));
  thread.once("error", (error: { code?: string }) =>
    give(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? tooMuch : DAMAGED),
  );
  thread.once("exit", () => give(DAMAGED));
  const late = `reading it took longer than ${deadlineMs / 1000} s`;
  const deadline = setTimeout(() => give(late), deadlineMs);
  // The limits of a thread leave out what lies beside its heap, such as what a file unpacks to.
  const most = bytes.length + megabytes * MEGABYTE;
  const watch = setInterval(() => {
    thread.getHeapStatistics().then(
      ({ external_memory: taken }) => taken > most && give(tooMuch),
      () => undefined,
    );
  }, LOOK_EVERY_MS);
  const onAbort = () => ended.reject(signal.reason);
  signal.addEventListener("abort", onAbort);
  try {
    return await ended.promise;
  } finally {
    clearTimeout(deadline);
    clearInterval(watch);
    signal.removeEventListener("abort", onAbort);
    await thread.terminate();
  }
}

const DAMAGED = "it is damaged, or no PDF that can be read";
