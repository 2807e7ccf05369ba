import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as nextTick, setTimeout as delay } from "node:timers/promises";

/** What a double answers: an answer of a model, an error response, or a raw body; with faults on the wire. */
export type DoubleAnswer = {
  /** The text in the deltas it is streamed in. */
  text?: string | string[];
  thinking?: string;
  /** A string as input is sent as it is, however broken. */
  toolCalls?: { id?: string; name: string; input: unknown }[];
  stop?: "end" | "length" | "refusal";
  /** As the provider counts: `inputTokens` without what came from or went to the cache. */
  usage?: {
    inputTokens?: number;
    outputTokens?: number;
    cacheReadTokens?: number;
    cacheWriteTokens?: number;
  };
  /** An error response instead of an answer. */
  status?: number;
  headers?: Record<string, string>;
  /** A body sent as it is, with status 200 unless given; objects as JSON. */
  body?: unknown;
  /** An error event after the text instead of an end. */
  streamError?: { type: string; message: string };
  /** After this many events the stream … (see `cut`). */
  cutAfterEvents?: number;
  /** … ends cleanly, is reset, or stays open and silent. `silence`: no response at all. */
  cut?: "end" | "reset" | "hang" | "silence";
  /** Waits before it answers. */
  delayMs?: number;
  /** Waits between the last event and the end of the response. */
  endDelayMs?: number;
  /** Writes the stream in pieces of this many bytes, however that splits events and characters. */
  pieceBytes?: number;
  /** Waits after each of these pieces. */
  pieceDelayMs?: number;
  /** Habits of compatible endpoints; chat completions only. */
  habits?: ChatHabit[];
};

export type ChatHabit =
  | "no-usage"
  | "no-done"
  | "no-finish-reason"
  | "no-call-ids"
  | "no-call-index"
  | "calls-in-one-piece"
  | "arguments-as-object"
  | "finish-stop"
  | "comments"
  | "crlf"
  | "not-streamed"
  | "usage-in-x-groq";

export type DoubleRequest = {
  path: string;
  headers: Record<string, string | string[] | undefined>;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads into any JSON
  body: any;
};

export type Respond = (request: DoubleRequest) => DoubleAnswer | Promise<DoubleAnswer>;

export type LlmDouble = {
  /** The base URL to configure a client with. */
  url: string;
  /** Every request received, the rejected ones too. */
  requests: DoubleRequest[];
  /** How many connections clients have opened so far. */
  connections(): number;
  /** Answers the next requests, one each; after that `respond` decides again. */
  script(...answers: DoubleAnswer[]): void;
  /** Answers every request that no script answers. */
  respond(answer: Respond): void;
  close(): Promise<void>;
};

export type DoubleDialect = {
  /** What comes after the host in the base URL. */
  basePath: string;
  /** The response that the real service gives to a request it does not take. */
  reject(request: DoubleRequest): { status: number; body: unknown } | undefined;
  /** The events of an answer as they stand on the wire. */
  render(answer: DoubleAnswer, request: DoubleRequest): string[];
  /** The error body of a scripted status. */
  errorBody(status: number): unknown;
};

export async function createLlmDouble(
  dialect: DoubleDialect,
  options: { port?: number; respond?: Respond } = {},
): Promise<LlmDouble> {
  const requests: DoubleRequest[] = [];
  const scripted: DoubleAnswer[] = [];
  let respond: Respond = options.respond ?? (() => ({ text: "Hello from the double." }));

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    requests.push(request);
    const rejection = dialect.reject(request);
    const answer = rejection ?? scripted.shift() ?? (await respond(request));
    await send(dialect, answer, request, response);
  }

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((thrown: unknown) => response.destroy(thrown as Error));
  });
  let connections = 0;
  server.on("connection", () => (connections += 1));
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${dialect.basePath}`,
    requests,
    connections: () => connections,
    script: (...answers) => void scripted.push(...answers),
    respond(answer) {
      respond = answer;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<DoubleRequest> {
  let text = "";
  incoming.setEncoding("utf8");
  for await (const piece of incoming) text += piece;
  const body: unknown = text === "" ? undefined : JSON.parse(text);
  return { path: incoming.url ?? "", headers: incoming.headers, body };
}

async function send(
  dialect: DoubleDialect,
  answer: DoubleAnswer,
  request: DoubleRequest,
  response: ServerResponse,
): Promise<void> {
  const { status = 200, body, cut, habits = [], headers } = answer;
  if (answer.delayMs) await delay(answer.delayMs);
  if (cut === "silence") return;
  if (status >= 400 || body !== undefined) {
    sendBody(response, status, body ?? dialect.errorBody(status), headers);
    return;
  }
  const events = dialect.render(answer, request).slice(0, answer.cutAfterEvents);
  const type = habits.includes("not-streamed") ? "application/json" : "text/event-stream";
  response.writeHead(200, { "content-type": type, ...headers });
  await writePieces(response, Buffer.from(events.join("")), answer);
  await finish(response, answer);
}

async function finish(response: ServerResponse, { cut, endDelayMs }: DoubleAnswer): Promise<void> {
  if (cut === "hang") return;
  if (endDelayMs) await delay(endDelayMs);
  if (cut === "reset") response.socket?.resetAndDestroy();
  else response.end();
}

function sendBody(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> | undefined,
): void {
  const isText = typeof body === "string";
  const type = isText ? "text/html" : "application/json";
  response.writeHead(status, { "content-type": type, ...headers });
  response.end(isText ? body : JSON.stringify(body));
}

async function writePieces(
  response: ServerResponse,
  body: Buffer,
  { pieceBytes = body.length || 1, pieceDelayMs }: DoubleAnswer,
): Promise<void> {
  for (let start = 0; start < body.length; start += pieceBytes) {
    response.write(body.subarray(start, start + pieceBytes));
    await (pieceDelayMs === undefined ? nextTick() : delay(pieceDelayMs));
  }
}
