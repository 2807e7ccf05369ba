import type { Outgoing, Receipt, Retry, Transport } from "./delivery.ts";
import { signRequest } from "./sign-request.ts";
import type { Json, SlackApp } from "./world.ts";

type Signature = "valid" | "none" | "wrong" | "stale" | "future";

export type RawRequest = {
  body: string;
  contentType?: string;
  signature?: Signature;
  headers?: Record<string, string>;
};

const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";
/** Beyond the five minutes that a request may differ from the receiver's clock. */
const TEN_MINUTES_S = 600;

export type HttpOptions = { requestUrl: string; ackTimeoutMs: number };

/** Posts events, commands and interactions to the app's request URL, signed as Slack signs. */
export function createHttpTransport(app: SlackApp, { requestUrl, ackTimeoutMs }: HttpOptions) {
  function post(request: RawRequest): Promise<Response> {
    return fetch(requestUrl, {
      method: "POST",
      headers: {
        "content-type": request.contentType ?? JSON_TYPE,
        "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        ...signatureHeaders(app, request),
        ...request.headers,
      },
      body: request.body,
      signal: AbortSignal.timeout(ackTimeoutMs),
    });
  }

  const transport: Transport = {
    async send(outgoing, retry) {
      const startedAt = performance.now();
      try {
        const response = await post({ ...encode(outgoing), headers: retryHeaders(retry) });
        const text = await response.text();
        return toReceipt(response, text, performance.now() - startedAt, requestUrl);
      } catch (error) {
        const timedOut = error instanceof Error && error.name === "TimeoutError";
        const reason = timedOut ? "http_timeout" : "connection_failed";
        return { acked: false, reason, connection: requestUrl };
      }
    },
  };

  return {
    ...transport,
    /** Any request at all: unsigned, wrongly signed, out of date, malformed. Answers status and body. */
    async sendRaw(request: RawRequest): Promise<{ status: number; text: string }> {
      const response = await post(request);
      return { status: response.status, text: await response.text() };
    },
  };
}

function encode({ kind, body }: Outgoing): RawRequest {
  if (kind === "events_api") return { body: JSON.stringify(body), contentType: JSON_TYPE };
  const fields = kind === "interactive" ? { payload: JSON.stringify(body) } : toFields(body);
  return { body: new URLSearchParams(fields).toString(), contentType: FORM_TYPE };
}

function toFields(body: Json): Record<string, string> {
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, String(value)]));
}

function retryHeaders(retry: Retry | undefined): Record<string, string> {
  if (retry === undefined) return {};
  return { "x-slack-retry-num": String(retry.attempt), "x-slack-retry-reason": retry.reason };
}

function signatureHeaders(
  app: SlackApp,
  { body, signature = "valid" }: RawRequest,
): Record<string, string> {
  if (signature === "none") return {};
  const now = Math.floor(Date.now() / 1000);
  const offset = { valid: 0, wrong: 0, stale: -TEN_MINUTES_S, future: TEN_MINUTES_S }[signature];
  const timestamp = now + offset;
  const secret = signature === "wrong" ? "another secret" : app.signingSecret;
  return {
    "x-slack-request-timestamp": String(timestamp),
    "x-slack-signature": signRequest(secret, timestamp, body),
  };
}

function toReceipt(
  response: Response,
  text: string,
  latencyMs: number,
  connection: string,
): Receipt {
  if (response.ok) return { acked: true, latencyMs, response: parseLeniently(text), connection };
  const final = response.headers.get("x-slack-no-retry") === "1";
  return { acked: false, reason: "http_error", connection, final };
}

/** An empty answer is none; a command may be answered with plain text. */
function parseLeniently(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
