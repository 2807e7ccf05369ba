import { toErrorMessage } from "../base/errors.ts";
import type { ModelError, ModelErrorKind } from "./language-model.ts";
import { kindOfFault, type ProviderFault } from "./fault-kind.ts";
import { parseRetryAfter, type HeaderReader } from "./retry-after.ts";

const RETRYABLE: Record<ModelErrorKind, boolean> = {
  auth: false,
  "rate-limit": true,
  overloaded: true,
  timeout: true,
  "context-too-long": false,
  refused: false,
  truncated: true,
  network: true,
  invalid: false,
  empty: true,
  cancelled: false,
};

const MAX_MESSAGE_LENGTH = 500;

/** Carries a classified failure through code that throws; it never leaves this room. */
export class ModelFailure extends Error {
  readonly error: ModelError;

  constructor(error: ModelError) {
    super(error.message);
    this.name = "ModelFailure";
    this.error = error;
  }
}

export function modelError(
  kind: ModelErrorKind,
  message: string,
  extra: Partial<Pick<ModelError, "retryable" | "retryAfterMs" | "status">> = {},
): ModelError {
  return { kind, message, retryable: RETRYABLE[kind], ...extra };
}

/** Classifies what a provider said about a failure, in a response or in the middle of a stream. */
export function toModelError(fault: ProviderFault, headers?: HeaderReader): ModelError {
  const kind = kindOfFault(fault);
  const retryAfterMs = headers && parseRetryAfter(headers);
  const label = [fault.status && `HTTP ${fault.status}`, fault.type ?? fault.code]
    .filter(Boolean)
    .join(" ");
  return modelError(kind, `${label || "error"}: ${redact(fault.message) || "no explanation"}`, {
    ...(fault.status === undefined ? {} : { status: fault.status }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/**
 * Classifies whatever a vendor's SDK threw: an HTTP error by its status and body, a broken
 * connection by its cause. Anything else is reported as `invalid` with its message.
 */
export function classifyThrown(thrown: unknown): ModelError {
  if (thrown instanceof ModelFailure) return thrown.error;
  const { status, headers, error, cause } = Object(thrown) as {
    status?: unknown;
    headers?: unknown;
    error?: unknown;
    cause?: unknown;
  };
  const message = toErrorMessage(thrown);
  if (typeof status === "number") {
    const fault = readFault(error);
    return toModelError(
      { ...fault, status, message: fault.message || message },
      isHeaderReader(headers) ? headers : undefined,
    );
  }
  return classifyConnection(connectionCode(cause ?? thrown), message);
}

function classifyConnection(code: string | undefined, message: string): ModelError {
  const detail = code ? ` (${code})` : "";
  if (/TIMEOUT|TIMEDOUT/.test(code ?? "") || /timed out/i.test(message)) {
    return modelError("timeout", `the provider did not answer in time${detail}`);
  }
  if (code || /fetch failed|connection error/i.test(message)) {
    return modelError("network", `the provider could not be reached${detail}`);
  }
  return modelError("invalid", redact(message));
}

/** Reads the error object of a response body in any of the shapes providers use. */
export function readFault(body: unknown): Omit<ProviderFault, "status"> & { status?: number } {
  const outer = Object(body) as { error?: unknown; message?: unknown; detail?: unknown };
  const inner = outer.error ?? body;
  if (typeof inner === "string") return { message: inner };
  const { type, code, message, detail } = Object(inner) as Record<string, unknown>;
  const status = typeof code === "number" && code >= 400 ? code : undefined;
  return {
    message: firstString(message, outer.message, detail, outer.detail),
    ...(typeof type === "string" && type !== "error" ? { type } : {}),
    ...(typeof code === "string" ? { code } : {}),
    ...(status === undefined ? {} : { status }),
  };
}

/** Takes out what looks like a key or an authorization header, and shortens the rest. */
export function redact(message: string, secret?: string): string {
  const bare = secret ? message.replaceAll(secret, "[redacted]") : message;
  return bare
    .replace(/\b(bearer|basic)\s+[^\s"',]+/gi, "$1 [redacted]")
    .replace(/\b(sk|gsk|pk|xai|key)-[\w*-]{6,}/gi, "[redacted]")
    .replace(/\b((?:x-)?api[-_ ]?key)(["']?\s*[:=]\s*["']?)[^\s"',]+/gi, "$1$2[redacted]")
    .slice(0, MAX_MESSAGE_LENGTH);
}

function firstString(...values: unknown[]): string {
  return values.find((value): value is string => typeof value === "string") ?? "";
}

function isHeaderReader(value: unknown): value is HeaderReader {
  return typeof (value as HeaderReader | undefined)?.get === "function";
}

/** The system's or undici's code of a connection failure, found in the chain of causes. */
function connectionCode(thrown: unknown, depth = 0): string | undefined {
  const { code, cause, errors } = Object(thrown) as {
    code?: unknown;
    cause?: unknown;
    errors?: unknown[];
  };
  if (typeof code === "string" && /^(E[A-Z]+|UND_ERR_\w+|CERT_\w+|\w+_CERT\w*)$/.test(code)) {
    return code;
  }
  if (depth > 4) return undefined;
  const next = cause ?? errors?.[0];
  return next === undefined ? undefined : connectionCode(next, depth + 1);
}
