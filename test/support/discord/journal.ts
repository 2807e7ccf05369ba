/** One request as the double saw it. */
export type JournalEntry = {
  method: string;
  /** The path with `:names`. */
  route: string;
  path: string;
  body: unknown;
  files: string[];
  startedAt: number;
  /** Undefined while it is being answered, and where the answer was withheld before it was made. */
  status: number | undefined;
  /** Discord's error code, where it was refused. */
  code: number | undefined;
};

/** A request that broke a documented rule: refused with 50035, or (code 0) silently ignored. */
export type Violation = {
  method: string;
  route: string;
  body: unknown;
  error: { message: string; code: number; errors?: unknown };
};

export type Journal = ReturnType<typeof createJournal>;

/** Remembers every request and every broken rule. */
export function createJournal(now: () => number) {
  const requests: JournalEntry[] = [];
  const violations: Violation[] = [];
  return {
    requests,
    violations,
    begin(method: string, route: string, path: string): JournalEntry {
      const entry: JournalEntry = {
        method,
        route,
        path,
        body: undefined,
        files: [],
        startedAt: now(),
        status: undefined,
        code: undefined,
      };
      requests.push(entry);
      return entry;
    },
    end(entry: JournalEntry, reply: { status: number; body?: unknown }): void {
      entry.status = reply.status;
      if (reply.status >= 400) entry.code = (reply.body as { code?: number } | undefined)?.code;
    },
    violate(entry: JournalEntry, error: Violation["error"]): void {
      violations.push({ method: entry.method, route: entry.route, body: entry.body, error });
    },
  };
}
