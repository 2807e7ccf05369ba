import type { BrokenDownTime } from "./calendar.ts";

const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const MONTHS =
  "January February March April May June July August September October November December".split(
    " ",
  );

const conversions: Record<string, string | ((time: BrokenDownTime) => string)> = {
  a: (time) => nameOf(DAYS, time.weekday).slice(0, 3),
  A: (time) => nameOf(DAYS, time.weekday),
  b: (time) => nameOf(MONTHS, time.month).slice(0, 3),
  B: (time) => nameOf(MONTHS, time.month),
  c: "%a %b %e %H:%M:%S %Y",
  C: (time) => pad(Math.floor(yearOf(time) / 100), 2),
  d: (time) => pad(time.day, 2),
  D: "%m/%d/%y",
  e: (time) => String(time.day).padStart(2, " "),
  F: "%Y-%m-%d",
  g: (time) => pad(isoWeek(time).year % 100, 2),
  G: (time) => String(isoWeek(time).year),
  h: "%b",
  H: (time) => pad(time.hour, 2),
  I: (time) => pad(time.hour % 12 || 12, 2),
  j: (time) => pad(time.yearDay + 1, 3),
  m: (time) => pad(time.month + 1, 2),
  M: (time) => pad(time.minute, 2),
  n: () => "\n",
  p: (time) => (time.hour < 12 ? "AM" : "PM"),
  r: "%I:%M:%S %p",
  R: "%H:%M",
  S: (time) => pad(time.second, 2),
  t: () => "\t",
  T: "%H:%M:%S",
  u: (time) => String(time.weekday || 7),
  U: (time) => pad(Math.floor((time.yearDay + 7 - time.weekday) / 7), 2),
  V: (time) => pad(isoWeek(time).week, 2),
  w: (time) => String(time.weekday),
  W: (time) => pad(Math.floor((time.yearDay + 7 - ((time.weekday + 6) % 7)) / 7), 2),
  x: "%m/%d/%y",
  X: "%H:%M:%S",
  y: (time) => pad(((yearOf(time) % 100) + 100) % 100, 2),
  Y: (time) => String(yearOf(time)),
  z: () => "+0000",
  Z: () => "UTC",
  "%": () => "%",
};

/** C99's `strftime` in the C locale and UTC; an unknown conversion stays as it is. */
export function formatTime(format: string, time: BrokenDownTime): string {
  return format.replaceAll(/%[EO]?([\s\S])/gu, (whole, letter: string) => {
    const conversion = Object.hasOwn(conversions, letter) ? conversions[letter] : undefined;
    if (conversion === undefined) return whole;
    return typeof conversion === "string" ? formatTime(conversion, time) : conversion(time);
  });
}

/** Week and year of ISO 8601: weeks start on Monday, week 1 holds the year's first Thursday. */
function isoWeek(time: BrokenDownTime): { year: number; week: number } {
  const year = yearOf(time);
  const week = Math.floor((time.yearDay - ((time.weekday + 6) % 7) + 10) / 7);
  if (week < 1) return { year: year - 1, week: weeksIn(year - 1) };
  if (week > weeksIn(year)) return { year: year + 1, week: 1 };
  return { year, week };
}

function weeksIn(year: number): number {
  const lastWeekday = (of: number) =>
    (of + Math.floor(of / 4) - Math.floor(of / 100) + Math.floor(of / 400)) % 7;
  return lastWeekday(year) === 4 || lastWeekday(year - 1) === 3 ? 53 : 52;
}

function yearOf(time: BrokenDownTime): number {
  return time.yearSince1900 + 1900;
}

/** A script may hand in any table, so weekday and month need not be in range. */
function nameOf(names: string[], index: number): string {
  return names[index] ?? "?";
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, "0");
}
