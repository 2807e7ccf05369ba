export type HeaderReader = { get(name: string): string | null };

/** The wait that a response asks for, in milliseconds: `retry-after-ms`, else `retry-after` in seconds or as a date. */
export function parseRetryAfter(headers: HeaderReader): number | undefined {
  const milliseconds = Number.parseFloat(headers.get("retry-after-ms") ?? "");
  if (milliseconds >= 0) return Math.ceil(milliseconds);
  const value = headers.get("retry-after");
  if (!value) return undefined;
  const seconds = Number(value);
  if (seconds >= 0) return Math.ceil(seconds * 1000);
  const wait = Date.parse(value) - answeredAt(headers);
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

/** The provider's own clock where it says the time, because its date is meant by that clock. */
function answeredAt(headers: HeaderReader): number {
  const date = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(date) ? Date.now() : date;
}
