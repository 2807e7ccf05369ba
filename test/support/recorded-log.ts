import type { Log } from "../../src/base/log.ts";

export type RecordedLog = Log & {
  readonly lines: { level: keyof Log; fields: object; message: string }[];
};

/** A log that a test can read back. */
export function createRecordedLog(): RecordedLog {
  const lines: RecordedLog["lines"] = [];
  const record = (level: keyof Log) => (fields: object, message: string) =>
    void lines.push({ level, fields, message });
  return {
    lines,
    debug: record("debug"),
    info: record("info"),
    warn: record("warn"),
    error: record("error"),
  };
}
