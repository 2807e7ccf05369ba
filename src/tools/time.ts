import { z } from "zod";
import { Temporal } from "temporal-polyfill";
import { defineTool } from "./tool.ts";

const CITIES = Intl.supportedValuesOf("timeZone");

/** The date and time somewhere, now or at a moment given elsewhere. */
export const time = defineTool({
  name: "time",
  description:
    "Tells the current date, weekday and time in a time zone, or converts a given local time from one zone to another.",
  input: z.object({
    zone: z
      .string()
      .optional()
      .describe("IANA zone or city, such as Asia/Tokyo or Tokyo; the person's own zone if absent"),
    at: z
      .string()
      .optional()
      .describe("local date and time to convert, such as 2026-11-21T15:00; now if absent"),
    from: z.string().optional().describe("the zone that `at` is in; the person's own if absent"),
  }),
  timeoutMs: 1000,
  execute({ zone, at, from }, { clock, timeZone }) {
    const target = toZone(zone ?? timeZone);
    const instant =
      at === undefined
        ? Temporal.Instant.fromEpochMilliseconds(clock.now())
        : Temporal.PlainDateTime.from(at)
            .toZonedDateTime(toZone(from ?? timeZone))
            .toInstant();
    const there = instant.toZonedDateTimeISO(target);
    const weekday = there.toLocaleString("en", { weekday: "long" });
    const clockTime = there.toPlainTime().toString({ smallestUnit: "second" });
    return `${weekday}, ${there.toPlainDate().toString()}, ${clockTime} in ${target} (UTC${there.offset})`;
  },
});

/** The IANA name of a zone given by its name, in any case, or by the name of its city. */
function toZone(name: string): string {
  const wanted = name.trim().toLowerCase().replaceAll(" ", "_");
  if (wanted === "utc" || wanted === "gmt") return "UTC";
  const found =
    CITIES.find((zone) => zone.toLowerCase() === wanted) ??
    CITIES.find((zone) => zone.toLowerCase().endsWith(`/${wanted}`));
  if (found) return found;
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name.trim()).timeZoneId;
  } catch {
    throw new Error(`"${name}" is no time zone; use an IANA name such as Europe/Berlin`);
  }
}
