import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../../base/clock.ts";
import { toErrorMessage } from "../../../base/errors.ts";
import type { Log } from "../../../base/log.ts";
import type { SlackInbox } from "../events/slack-inbox.ts";
import { isSignedBySlack } from "./verify-signature.ts";

export type SlackHttpHandler = (
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<void>;

type Options = { signingSecret: string; inbox: SlackInbox; clock: Clock; log: Log };

const LARGEST_BODY_BYTES = 2 * 1024 * 1024;

/**
 * Answers `POST /slack/events`: events, commands and interactions alike. What Slack did not sign, or
 * signed over five minutes ago, gets 401 and is not looked at; what cannot be stored now gets 503, so
 * that Slack sends it again.
 */
export function createSlackHttpHandler(options: Options): SlackHttpHandler {
  const { signingSecret, inbox, clock, log } = options;
  return async (request, response) => {
    if (request.method !== "POST") return respond(response, 405, "");
    const body = await readBody(request);
    if (!body) return respond(response, 413, "");
    const timestamp = String(request.headers["x-slack-request-timestamp"] ?? "");
    const signature = String(request.headers["x-slack-signature"] ?? "");
    if (!isSignedBySlack(signingSecret, { timestamp, signature, body }, clock.now())) {
      log.warn({}, "slack request without a valid signature");
      return respond(response, 401, "");
    }
    const message = parseBody(body.toString("utf8"), request.headers["content-type"] ?? "");
    if (message === undefined) {
      response.setHeader("x-slack-no-retry", "1");
      return respond(response, 400, "");
    }
    if (isChallenge(message)) return respond(response, 200, message.challenge);
    try {
      const answer = await inbox.accept(message);
      respond(response, 200, answer === undefined ? "" : JSON.stringify(answer));
    } catch (error) {
      log.warn({ error: toErrorMessage(error) }, "slack event failed and will come again");
      respond(response, 503, "");
    }
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Events come as JSON, commands as a form, interactions as JSON in a form. */
function parseBody(text: string, contentType: string): object | undefined {
  const form = contentType.startsWith("application/x-www-form-urlencoded")
    ? new URLSearchParams(text)
    : undefined;
  const json = form ? form.get("payload") : text;
  if (form && json === null) return Object.fromEntries(form);
  try {
    const value: unknown = JSON.parse(json ?? "");
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function isChallenge(message: object): message is { challenge: string } {
  const { type, challenge } = message as { type?: unknown; challenge?: unknown };
  return type === "url_verification" && typeof challenge === "string";
}

function respond(response: ServerResponse, status: number, text: string): void {
  const type = text.startsWith("{") ? "application/json" : "text/plain";
  response.writeHead(status, { "content-type": type }).end(text);
}
