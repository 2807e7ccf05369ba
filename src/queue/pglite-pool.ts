import { EventEmitter } from "node:events";

import type { PgPool, PgPoolClient } from "bullmq";

type Rows = { rows: unknown[]; affectedRows?: number };
type QueryOptions = { parsers?: Record<number, (text: string) => unknown> };
type Executor = {
  query(text: string, values?: unknown[], options?: QueryOptions): Promise<Rows>;
  exec(text: string, options?: QueryOptions): Promise<Rows[]>;
};

/** What the queue needs of a PGlite instance that it shares with the rest of the process. */
export type SharedPglite = Executor & {
  transaction<T>(run: (transaction: Executor) => Promise<T>): Promise<T>;
  onNotification(listener: (channel: string, payload: string) => void): () => void;
};

/** Like `pg`: 64-bit integers as text, JSON parsed, whatever parsers the instance was made with. */
const PARSERS = { 20: (text: string) => text, 114: JSON.parse, 3802: JSON.parse };

const ROLLED_BACK = new Error("rolled back");

/**
 * One PGlite instance in the shape of a `pg.Pool`.
 *
 * A PGlite instance is a single connection. Statements outside a transaction go to the instance,
 * which makes them wait while anybody's transaction is open. A client that sends `BEGIN` gets
 * PGlite's own exclusive transaction until its `COMMIT` or `ROLLBACK`; so neither the queue's nor
 * anybody else's statements ever end up in a foreign transaction.
 */
export function createPglitePool(pglite: SharedPglite): PgPool {
  const clients = new Set<EventEmitter>();
  const stopForwarding = pglite.onNotification((channel, payload) => {
    for (const client of clients) client.emit("notification", { channel, payload });
  });

  const facade = {
    query: (text: string, values?: unknown[]) => runStatement(pglite, text, values),
    connect: async () => {
      const { client, events } = createClient(pglite, () => clients.delete(events));
      clients.add(events);
      return client;
    },
    end: async () => stopForwarding(),
    on: () => facade,
    removeAllListeners: () => facade,
    // Nothing can silently drop an in-process connection, so waits may be long.
    options: { keepAlive: true },
  };
  return facade as unknown as PgPool;
}

function createClient(pglite: SharedPglite, onRelease: () => void) {
  const events = new EventEmitter().setMaxListeners(0);
  let open: OpenTransaction | undefined;

  const query = async (text: string, values?: unknown[]) => {
    const command = toCommand(text);
    if (command === "BEGIN" || command === "START") {
      if (open) throw new Error("a transaction is open on this client already");
      open = await beginTransaction(pglite);
      return { rows: [], rowCount: 0 };
    }
    if (!open) return runStatement(pglite, text, values);
    if (command === "COMMIT" || command === "END" || command === "ROLLBACK") {
      const ending = open;
      open = undefined;
      await ending.end(command !== "ROLLBACK");
      return { rows: [], rowCount: 0 };
    }
    return runStatement(open.executor, text, values);
  };

  const release = () => {
    onRelease();
    events.removeAllListeners();
    void open?.end(false);
    open = undefined;
  };
  const client = Object.assign(events, { query, release }) as unknown as PgPoolClient;
  return { client, events };
}

type OpenTransaction = { executor: Executor; end(commit: boolean): Promise<void> };

/** Holds PGlite's transaction open until told to end it; others wait meanwhile. */
async function beginTransaction(pglite: SharedPglite): Promise<OpenTransaction> {
  const begun = Promise.withResolvers<Executor>();
  const ending = Promise.withResolvers<void>();
  const ended = pglite.transaction(async (executor) => {
    begun.resolve(executor);
    await ending.promise;
  });
  ended.catch(begun.reject);
  const executor = await begun.promise;
  return {
    executor,
    async end(commit) {
      if (commit) ending.resolve();
      else ending.reject(ROLLED_BACK);
      await ended.catch((error: unknown) => {
        if (error !== ROLLED_BACK) throw error;
      });
    },
  };
}

/** `query` takes one statement with values, `exec` a script without. */
async function runStatement(executor: Executor, text: string, values: unknown[] = []) {
  if (values.length > 0) {
    const { rows, affectedRows } = await executor.query(text, values, { parsers: PARSERS });
    return { rows, rowCount: affectedRows ?? rows.length };
  }
  const results = await executor.exec(text, { parsers: PARSERS });
  const { rows, affectedRows } = results.at(-1) ?? { rows: [] };
  return { rows, rowCount: affectedRows ?? rows.length };
}

/** The first word of a statement, past blanks and comments. */
function toCommand(text: string): string {
  const bare = text.replace(/^(\s+|--[^\n]*(\n|$)|\/\*[\s\S]*?\*\/)+/, "");
  return /^[a-z]+/i.exec(bare)?.[0].toUpperCase() ?? "";
}
