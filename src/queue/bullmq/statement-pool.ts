import type { PgPool } from "bullmq";
import type { Pool } from "pg";

import { toReason } from "../reason.ts";

/** Where BullMQ keeps its tables: with a pool of one's own it knows no other name. */
export const QUEUE_SCHEMA = "bullmq";

/** SQLSTATE classes and codes of a connection that is gone or not there yet. */
const GONE = /^(08|57P0[1-5])/;

/**
 * After every look for a job in vain BullMQ asks for the time left of a rate limit, which no lane
 * has, and for the next delayed job, which it asks for once more as soon as it waits.
 */
const NEXT_SIGNAL = /\bFROM next_signal\(/;
const NO_SIGNAL = { rows: [{ rate_limit_ttl: "0", next_delay: null }], rowCount: 1 };

/**
 * The pool as BullMQ sees it: its few statements are prepared once per connection, one that it can
 * do without is answered here, and a lost connection looks the way BullMQ recognises, so that it
 * waits before it tries again.
 */
export function toStatementPool(pool: Pool): PgPool {
  const names = new Map<string, string>();
  const toName = (text: string) => {
    const name = names.get(text) ?? `bullmq_${names.size}`;
    names.set(text, name);
    return name;
  };
  const facade = {
    query: async (text: string, values?: unknown[]) => {
      if (NEXT_SIGNAL.test(text)) return NO_SIGNAL;
      try {
        return await pool.query({ name: toName(text), text, values: values ?? [] });
      } catch (error) {
        throw toRecognisable(error);
      }
    },
    connect: async () => {
      try {
        return await pool.connect();
      } catch (error) {
        throw toRecognisable(error);
      }
    },
    end: async () => pool.end(),
    on: () => facade,
    removeAllListeners: () => facade,
    options: pool.options,
  };
  return facade as unknown as PgPool;
}

function toRecognisable(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  const isFromServer = error instanceof Error && "severity" in error;
  if (isFromServer && !GONE.test(code ?? "")) return error;
  return Object.assign(new Error(toReason(error), { cause: error }), {
    code: "ECONNREFUSED",
  });
}
