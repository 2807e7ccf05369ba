import type { ModelErrorKind } from "./language-model.ts";

/** What a provider says about a failure: HTTP status, its own error type and code, a sentence. */
export type ProviderFault = { status?: number; type?: string; code?: string; message: string };

type Rule = { kind: ModelErrorKind; statuses?: number[]; name?: RegExp; message?: RegExp };

const BAD_REQUEST = [400, 413, 422, 500];

/** What the provider says counts first: a used-up quota comes as 429, a prompt too long as 400. */
const SAID: Rule[] = [
  {
    kind: "auth",
    name: /insufficient_quota|billing|payment|authentication|permission|invalid_api_key|unauthorized|spend_limit/i,
  },
  { kind: "auth", statuses: [400], message: /credit balance|api key not valid/i },
  { kind: "context-too-long", name: /context_length_exceeded|request_too_large|string_above_max/i },
  {
    kind: "context-too-long",
    statuses: BAD_REQUEST,
    message:
      /(prompt|input|request) is too (long|large)|context (length|window|size)|maximum context|too many (input |prompt )?tokens|reduce the length/i,
  },
  {
    kind: "refused",
    name: /content_filter|content_policy|invalid_prompt|policy_violation|_policy$/i,
  },
  {
    kind: "refused",
    statuses: [400],
    message: /content management policy|content policy|flagged/i,
  },
];

/** In mid-stream there is no status: only words tell. */
const SAID_WITHOUT_STATUS: Rule[] = [
  { kind: "rate-limit", name: /rate[_ ]limit|resource_exhausted/i },
  { kind: "rate-limit", message: /rate limit|too many requests/i },
  { kind: "timeout", name: /timeout/i },
  { kind: "timeout", message: /timed? ?out/i },
  { kind: "overloaded", name: /overloaded|slow_down|unavailable|api_error|server_error|internal/i },
  { kind: "overloaded", message: /overloaded|unavailable|server error|internal error/i },
];

const BY_STATUS: Record<number, ModelErrorKind> = {
  401: "auth",
  402: "auth",
  403: "auth",
  408: "timeout",
  413: "context-too-long",
  429: "rate-limit",
  504: "timeout",
};

export function kindOfFault(fault: ProviderFault): ModelErrorKind {
  const { status } = fault;
  const said = SAID.find((rule) => applies(rule, fault))?.kind;
  if (said) return said;
  if (status === undefined) {
    return SAID_WITHOUT_STATUS.find((rule) => applies(rule, fault))?.kind ?? "invalid";
  }
  return BY_STATUS[status] ?? (status >= 500 ? "overloaded" : "invalid");
}

/** A rule that names statuses also holds where there is none, in mid-stream. */
function applies({ statuses, name, message }: Rule, fault: ProviderFault): boolean {
  const isStatus = !statuses || fault.status === undefined || statuses.includes(fault.status);
  const isNamed = !name || name.test(fault.type ?? "") || name.test(fault.code ?? "");
  return isStatus && isNamed && (!message || message.test(fault.message));
}
