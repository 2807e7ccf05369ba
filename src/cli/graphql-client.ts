import { AppError, ERROR_CODES, type ErrorCode, toErrorMessage } from "../base/errors.ts";
import type { Connection } from "./connection.ts";
import { parseEventStream } from "./event-stream.ts";

type Variables = Record<string, unknown>;
type Answer = {
  data?: unknown;
  errors?: { message: string; extensions?: { code?: string } }[];
};

/**
 * A running server's GraphQL. Errors are `AppError`s with the server's own code and message;
 * `UNAVAILABLE` means that the same call may work later: the server is away, busy, or broke off.
 */
export type GraphqlClient = {
  query<T>(document: string, variables?: Variables): Promise<T>;
  /** Resolves once the subscription is established, with its results. It ends with `signal`. */
  subscribe<T>(
    document: string,
    variables: Variables,
    signal: AbortSignal,
  ): Promise<AsyncIterable<T>>;
};

const ANSWER_WITHIN_MS = 30_000;
// The server sends a sign of life every 12 s.
const LONGEST_SILENCE_MS = 40_000;

export function createGraphqlClient({ endpoint, token }: Connection): GraphqlClient {
  async function post(
    accept: string,
    body: { query: string; variables: Variables },
    signal: AbortSignal,
  ): Promise<Response> {
    const headers = {
      "content-type": "application/json",
      accept,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    const request = { method: "POST", headers, body: JSON.stringify(body), signal };
    const response = await fetch(endpoint, request).catch((cause: unknown) => {
      throw new AppError("UNAVAILABLE", explainSilence(endpoint, signal), { cause });
    });
    if (response.status === 401) throw new AppError("UNAUTHENTICATED", explainRefusal(token));
    return response;
  }

  return {
    async query<T>(document: string, variables: Variables = {}): Promise<T> {
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
      const response = await post("application/json", { query: document, variables }, signal);
      return takeData(await readAnswer(response, endpoint)) as T;
    },

    async subscribe<T>(document: string, variables: Variables, signal: AbortSignal) {
      const silence = new AbortController();
      const either = AbortSignal.any([signal, silence.signal]);
      const response = await post("text/event-stream", { query: document, variables }, either);
      const { body } = response;
      if (!body || !response.headers.get("content-type")?.startsWith("text/event-stream")) {
        throw toError(await readAnswer(response, endpoint), endpoint);
      }
      return readResults<T>(watchSilence(body, silence), endpoint);
    },
  };
}

async function* readResults<T>(
  chunks: AsyncIterable<Uint8Array>,
  endpoint: string,
): AsyncGenerator<T, void, undefined> {
  try {
    for await (const { event, data } of parseEventStream(chunks)) {
      if (event === "complete") return;
      if (event === "next") yield takeData(JSON.parse(data) as Answer) as T;
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError("UNAVAILABLE", `The connection to ${endpoint} broke.`, { cause: error });
  }
}

/** Passes the pieces on, and cuts a connection that has died without a word. */
async function* watchSilence(
  body: AsyncIterable<Uint8Array>,
  silence: AbortController,
): AsyncGenerator<Uint8Array, void, undefined> {
  const timer = setTimeout(() => silence.abort(), LONGEST_SILENCE_MS);
  try {
    for await (const chunk of body) {
      timer.refresh();
      yield chunk;
    }
  } finally {
    clearTimeout(timer);
  }
}

async function readAnswer(response: Response, endpoint: string): Promise<Answer> {
  try {
    const answer = (await response.json()) as Answer;
    if (answer.data !== undefined || answer.errors !== undefined) return answer;
  } catch (cause) {
    throw toNoTroupe(response, endpoint, cause);
  }
  throw toNoTroupe(response, endpoint, undefined);
}

function toNoTroupe(response: Response, endpoint: string, cause: unknown): AppError {
  const message = `${endpoint} does not answer as Troupe does (HTTP ${response.status}). Check --url, HOST and PORT.`;
  return new AppError("UNAVAILABLE", message, { cause });
}

function takeData(answer: Answer): unknown {
  if (answer.errors === undefined || answer.errors.length === 0) return answer.data;
  throw toError(answer, "the server");
}

function toError({ errors = [] }: Answer, endpoint: string): AppError {
  const [first] = errors;
  const code = first?.extensions?.code;
  const known: ErrorCode | undefined = ERROR_CODES.find((name) => name === code);
  // A fault on the server's side may be over at the next try, as when it is shutting down.
  return new AppError(
    known ?? "UNAVAILABLE",
    first?.message ?? `${endpoint} does not send events. Check --url, HOST and PORT.`,
  );
}

function explainSilence(endpoint: string, signal: AbortSignal): string {
  const { origin } = new URL(endpoint);
  return toErrorMessage(signal.reason).includes("timeout")
    ? `${origin} did not answer within ${ANSWER_WITHIN_MS / 1000} s.`
    : `No server answers at ${origin}. Start it with npm start, or name another with --url.`;
}

function explainRefusal(token: string | undefined): string {
  return token === undefined
    ? "The server wants a token. Set TROUPE_ADMIN_TOKEN, or DATA_DIR to the server's data folder."
    : "The server refused the token. Set TROUPE_ADMIN_TOKEN to the server's own, or DATA_DIR to its data folder.";
}
