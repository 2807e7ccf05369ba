import { createAnswer, toFinalEvent, type Answer } from "./answer.ts";
import { startDeadline, type Deadline } from "./deadline.ts";
import { classifyThrown, modelError, ModelFailure, redact } from "./errors.ts";
import { readEventStream, type EventStream } from "./event-stream.ts";
import type { ModelError, ModelEvent, ModelRequest } from "./language-model.ts";

/** Writes what the provider sends into the answer it was created with. */
export type AnswerDecoder = {
  /** Called with every parsed payload in order. */
  read(payload: unknown): void;
  /** Called once, when no more payloads come, whether or not the answer was finished. */
  end(): void;
};

/** What differs between providers: how a response is opened, and how its events are read. */
export type AnswerSource = {
  /** Sends the request; rejects with the SDK's errors. */
  open(request: ModelRequest, signal: AbortSignal): Promise<Response>;
  createDecoder(answer: Answer, request: ModelRequest): AnswerDecoder;
  /** Never shows in a message. */
  secret: string | undefined;
};

/**
 * The life of one streamed call, the same for every provider: deadline, response, deltas, last
 * event. Deltas that arrived in one piece of the network are handed on as one.
 */
export async function* streamAnswer(
  source: AnswerSource,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent, void, undefined> {
  const answer = createAnswer();
  const deadline = startDeadline(signal, request.timeoutMs);
  let events: EventStream | undefined;
  try {
    deadline.signal.throwIfAborted();
    events = readEventStream(await source.open(request, deadline.signal));
    const decoder = source.createDecoder(answer, request);
    while (!isSettled(answer)) {
      const payloads = await events.next();
      if (!payloads) break;
      for (const payload of payloads) readPayload(payload, answer, decoder);
      yield* answer.deltas.splice(0);
    }
    decoder.end();
  } catch (thrown) {
    answer.failure ??= failureOf(thrown, deadline, source.secret);
  } finally {
    deadline.close();
    await events?.close(isSettled(answer));
  }
  yield toFinalEvent(answer);
}

function isSettled(answer: Answer): boolean {
  return answer.failure !== undefined || answer.isComplete;
}

function readPayload(payload: string, answer: Answer, decoder: AnswerDecoder): void {
  if (payload === "[DONE]") answer.isComplete = true;
  else decoder.read(parsePayload(payload));
}

function parsePayload(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    const error = payload.trimStart().startsWith("<")
      ? modelError("invalid", "the endpoint answered with a web page: check its base URL")
      : modelError("truncated", "the provider sent an event that is not JSON");
    throw new ModelFailure(error);
  }
}

function failureOf(thrown: unknown, deadline: Deadline, secret: string | undefined): ModelError {
  if (deadline.passed) return modelError("timeout", "the call did not finish before its deadline");
  if (deadline.signal.aborted) return modelError("cancelled", "the call was cancelled");
  const error = classifyThrown(thrown);
  return { ...error, message: redact(error.message, secret) };
}
