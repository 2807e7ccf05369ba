import { Temporal } from "temporal-polyfill";

export type TimeOfDay = "morning" | "afternoon" | "evening";

/** Morning is 05:00 to 11:59, afternoon to 16:59, evening the rest, in the person's time zone. */
export function timeOfDay(nowMs: number, timeZone: string): TimeOfDay {
  const { hour } = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(timeZone);
  if (hour >= 5 && hour < 12) return "morning";
  return hour >= 12 && hour < 17 ? "afternoon" : "evening";
}
