import { modelError, ModelFailure } from "./errors.ts";

/** The payloads of a streamed response, batched as the network delivers them. */
export type EventStream = {
  /** The data lines of the next piece of the body, or undefined at its end. Throws a `ModelFailure`. */
  next(): Promise<string[] | undefined>;
  /**
   * Lets go of the body. `drain`: everything needed was read, so its end is awaited for a moment,
   * which keeps the connection alive for the next call; otherwise the connection is cut.
   */
  close(drain: boolean): Promise<void>;
};

const DRAIN_MS = 100;

/**
 * Reads server-sent events without the SDK's own iterator: its chain of async generators costs
 * more per delta than everything else, and it hides which deltas arrived together. A body of JSON
 * or HTML comes as one payload, for endpoints that answer in one piece.
 */
export function readEventStream(response: Response): EventStream {
  const reader = response.body?.getReader();
  const isWhole = /json|html/.test(response.headers.get("content-type") ?? "");
  const decoder = new TextDecoder();
  const parse = isWhole ? createWholeBody() : createDataParser();
  let ended = reader === undefined;

  async function next(): Promise<string[] | undefined> {
    if (!reader) return undefined;
    while (!ended) {
      const chunk = await reader.read().catch(() => {
        ended = true;
        throw new ModelFailure(modelError("truncated", "the connection broke while answering"));
      });
      ended = chunk.done;
      const data = parse(decoder.decode(chunk.value, { stream: !ended }), ended);
      if (data.length > 0) return data;
    }
    return undefined;
  }

  async function close(drain: boolean): Promise<void> {
    if (!reader || ended) return;
    ended = true;
    if (drain && (await endsSoon(reader))) return;
    await reader.cancel().catch(() => undefined);
  }

  return { next, close };
}

type Parser = (text: string, isEnd: boolean) => string[];

/** Fields other than `data` carry nothing here: every provider repeats the event's type in its payload. */
function createDataParser(): Parser {
  let rest = "";
  let pending: string | undefined;
  return (text, isEnd) => {
    const data: string[] = [];
    const input = rest + text + (isEnd ? "\n\n" : "");
    let start = 0;
    let end = input.indexOf("\n", rest.length);
    while (end >= 0) {
      const line = input.slice(start, input[end - 1] === "\r" ? end - 1 : end);
      if (line.startsWith("data:")) {
        const value = line.slice(line[5] === " " ? 6 : 5);
        pending = pending === undefined ? value : `${pending}\n${value}`;
      } else if (line === "" && pending !== undefined) {
        data.push(pending);
        pending = undefined;
      }
      start = end + 1;
      end = input.indexOf("\n", start);
    }
    rest = input.slice(start);
    return data;
  };
}

function createWholeBody(): Parser {
  let body = "";
  return (text, isEnd) => {
    body += text;
    return isEnd && body.trim() !== "" ? [body] : [];
  };
}

async function endsSoon(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    // In two halves: a process that was held up during one reads in the other what came meanwhile.
    timer = setTimeout(() => {
      timer = setTimeout(() => resolve(false), DRAIN_MS / 2);
    }, DRAIN_MS / 2);
  });
  try {
    return await Promise.race([
      reader.read().then(
        ({ done }) => done,
        () => true,
      ),
      late,
    ]);
  } finally {
    clearTimeout(timer);
  }
}
