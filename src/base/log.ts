import { pino } from "pino";

/** Structured log: a constant message plus fields; never message text, tokens or secrets. */
export type Log = {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

export const LOG_LEVELS = ["silent", "error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** JSON lines on standard error, so that standard output stays free for what a command answers. */
export function createLog(level: LogLevel): Log {
  return pino(
    { level, base: null, redact: ["*.token", "*.apiKey", "*.authorization"] },
    pino.destination({ dest: 2, sync: true }),
  );
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
