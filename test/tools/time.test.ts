import { describe, expect, it } from "vitest";
import { runTool } from "../../src/tools/run-tool.ts";
import { time } from "../../src/tools/time.ts";
import { createTestClock } from "../support/test-clock.ts";

type Input = { zone?: string; at?: string; from?: string };

async function ask(input: Input, { now = "2026-03-10T10:30:00Z", timeZone = "UTC" } = {}) {
  const signal = new AbortController().signal;
  return runTool(
    new Map([["time", time]]),
    { id: "t", name: "time", input },
    { clock: createTestClock(now), timeZone, callKey: "turn/1/0", signal },
  );
}

const answer = async (...args: Parameters<typeof ask>) => (await ask(...args)).output;

describe("the time tool", () => {
  it.each<[Input, string]>([
    [{}, "Tuesday, 2026-03-10, 10:30:00 in UTC (UTC+00:00)"],
    [{ zone: "Asia/Tokyo" }, "Tuesday, 2026-03-10, 19:30:00 in Asia/Tokyo (UTC+09:00)"],
    [{ zone: "tokyo" }, "Tuesday, 2026-03-10, 19:30:00 in Asia/Tokyo (UTC+09:00)"],
    [{ zone: "New York" }, "Tuesday, 2026-03-10, 06:30:00 in America/New_York (UTC-04:00)"],
    [{ zone: "asia/kolkata" }, expect.stringContaining("16:00:00")],
    [{ zone: "gmt" }, "Tuesday, 2026-03-10, 10:30:00 in UTC (UTC+00:00)"],
    [{ zone: "+05:45" }, "Tuesday, 2026-03-10, 16:15:00 in +05:45 (UTC+05:45)"],
  ])("tells the time now for %j", async (input, expected) => {
    expect(await answer(input)).toEqual(expected);
  });

  it("takes the person's own zone where none is named", async () => {
    expect(await answer({}, { timeZone: "Europe/Berlin" })).toContain(
      "11:30:00 in Europe/Berlin (UTC+01:00)",
    );
  });

  it("says midnight as the beginning of the day", async () => {
    expect(await answer({ zone: "Asia/Tokyo" }, { now: "2026-03-10T15:00:00Z" })).toBe(
      "Wednesday, 2026-03-11, 00:00:00 in Asia/Tokyo (UTC+09:00)",
    );
  });

  it("converts a local time between two zones", async () => {
    const input = { at: "2026-11-21T15:00", from: "Europe/Berlin", zone: "America/Los_Angeles" };
    expect(await answer(input)).toBe(
      "Saturday, 2026-11-21, 06:00:00 in America/Los_Angeles (UTC-08:00)",
    );
  });

  it("moves a time that the clocks skip forward, and takes the first of one they repeat", async () => {
    const berlin = { from: "Europe/Berlin", zone: "Europe/Berlin" };
    expect(await answer({ ...berlin, at: "2026-03-29T02:30" })).toContain(
      "03:30:00 in Europe/Berlin (UTC+02:00)",
    );
    expect(await answer({ ...berlin, at: "2026-10-25T02:30" })).toContain(
      "02:30:00 in Europe/Berlin (UTC+02:00)",
    );
  });

  it.each<[string, Input]>([
    ["an unknown zone", { zone: "Atlantis" }],
    ["an empty zone", { zone: "" }],
    ["an unknown zone to convert from", { at: "2026-11-21T15:00", from: "Nowhere/City" }],
    ["a time that is none", { at: "half past nine" }],
    ["a day that is none", { at: "2026-02-30T25:00" }],
    ["a year beyond the calendar", { at: "+999999-01-01T00:00" }],
    ["a zone that is a path", { zone: "../../etc/passwd" }],
  ])("refuses %s with a reason", async (_what, input) => {
    const { output, isError } = await ask(input);
    expect(isError).toBe(true);
    expect(output).toMatch(/^time failed: .{5,}/);
  });

  it("names the zone it does not know, and how a zone is written", async () => {
    expect(await answer({ zone: "Atlantis" })).toBe(
      'time failed: "Atlantis" is no time zone; use an IANA name such as Europe/Berlin',
    );
  });
});
