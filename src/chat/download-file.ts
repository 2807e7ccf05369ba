import { setTimeout as pause } from "node:timers/promises";
import { AppError } from "../base/errors.ts";

export type Download = {
  url: string;
  /** The origins that files of this platform come from; no other is asked, and redirects are not followed. */
  origins: readonly string[];
  headers?: Record<string, string>;
  mostBytes: number;
  signal: AbortSignal;
};

const MOST_ATTEMPTS = 2;
const TIMEOUT_MS = 15_000;
const PAUSE_MS = 250;

/** A file of a platform in memory. Rejects with an `AppError` that says why in half a sentence. */
export async function downloadFile(download: Download): Promise<{ bytes: Buffer; type: string }> {
  const url = URL.canParse(download.url) ? new URL(download.url) : undefined;
  if (!url || !download.origins.includes(url.origin) || url.username !== "") {
    const place = url ? ` (${url.host.slice(0, 80)})` : "";
    throw new AppError("INVALID", `it is kept outside the platform${place}, where nothing is read`);
  }
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptDownload(url, download);
    } catch (error) {
      download.signal.throwIfAborted();
      if (error instanceof AppError && error.code !== "UNAVAILABLE") throw error;
      if (attempt >= MOST_ATTEMPTS) {
        throw new AppError("UNAVAILABLE", "the platform does not give it now", { cause: error });
      }
      await pause(PAUSE_MS);
    }
  }
}

async function attemptDownload(url: URL, { headers = {}, mostBytes, signal }: Download) {
  const response = await fetch(url, {
    headers,
    redirect: "manual",
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  const type = response.headers.get("content-type") ?? "";
  try {
    requireFound(response.status);
    return { bytes: await readBody(response, mostBytes), type };
  } finally {
    await response.body?.cancel().catch(() => undefined);
  }
}

function requireFound(status: number): void {
  if (status === 200) return;
  if (status === 404 || status === 410) throw new AppError("NOT_FOUND", "it was deleted");
  if (status >= 500 || status === 429) throw new AppError("UNAVAILABLE", `status ${status}`);
  throw new AppError("FORBIDDEN", `the platform does not let the app read it (status ${status})`);
}

/** Stops at the limit, whatever length was promised. */
async function readBody(response: Response, mostBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > mostBytes) {
      const most = `${(mostBytes / 1_000_000).toFixed(1)} MB`;
      throw new AppError("INVALID", `it is larger than ${most}, the most that is read`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
