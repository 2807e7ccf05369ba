/**
 * The time zone of this name, else UTC: a name that was stored by another version, or by hand, may be
 * unknown to the system's list.
 */
export function toKnownTimeZone(name: string | null): string {
  if (name === null || name === "UTC") return "UTC";
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}
