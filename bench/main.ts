import { parseArgs } from "node:util";
import { Redis } from "ioredis";
import { Client } from "pg";
import { benchChat } from "./chat.ts";
import { benchLua } from "./lua.ts";
import { benchLuaPeers } from "./lua-peers.ts";
import { benchMemory } from "./memory.ts";
import { benchHotChanges, benchSizes } from "./registry.ts";
import { benchTurns, type TurnRow } from "./turn.ts";

const USAGE = "node bench/main.ts [--only turns|chat|registry|lua|memory] [--quick]";

const WORKS = ["turns", "chat", "registry", "lua", "memory"];

const { values } = parseArgs({
  options: { only: { type: "string" }, quick: { type: "boolean", default: false } },
});
const wanted = values.only === undefined ? WORKS : [values.only];
if (!wanted.every((name) => WORKS.includes(name))) {
  console.error(USAGE);
  process.exit(1);
}

if (wanted.includes("turns")) await printTurns();
if (wanted.includes("chat")) await printChat();
if (wanted.includes("registry")) await printRegistry();
if (wanted.includes("lua")) await printLua();
if (wanted.includes("memory")) await printMemory();
process.exit(0);

async function printTurns(): Promise<void> {
  const server = await createBenchDatabase();
  const rows = await benchTurns(
    {
      "Postgres + Redis": { databaseUrl: server.databaseUrl, redisUrl: server.redisUrl },
      Postgres: { databaseUrl: server.databaseUrl },
      embedded: {},
    },
    { slices: values.quick ? 3 : 9, turnsPerSlice: values.quick ? 200 : 600 },
  );
  await server.drop();
  console.log(
    "\nOne turn against the bare minimum on the same database (medians of paired slices)",
  );
  console.log(
    "| size | at once | bare ms | turn ms | model ms | overhead ÷ bare | whole turn ÷ bare | turns/s |",
  );
  console.log("|---|---|---|---|---|---|---|---|");
  for (const row of rows) console.log(toRow(row));
}

function toRow(row: TurnRow): string {
  const cells = [
    row.size,
    row.concurrency,
    row.boundMs.toFixed(2),
    row.turnMs.toFixed(2),
    row.modelMs.toFixed(2),
    row.overheadRatio.toFixed(1),
    row.ratio.toFixed(1),
    row.turnsPerSecond.toFixed(0),
  ];
  return `| ${cells.join(" | ")} |`;
}

async function printChat(): Promise<void> {
  const servers = [await createBenchDatabase(), await createBenchDatabase(8)] as const;
  const { rows, loads } = await benchChat(servers, {
    slices: values.quick ? 3 : 8,
    mentionsPerSlice: 25,
    perSecond: 50,
    seconds: values.quick ? 10 : 60,
  });
  for (const server of servers) await server.drop();
  console.log(
    "\nA mention, its first sign and its reply, next to a bare echo bot (medians in ms, and ÷ bare)",
  );
  console.table(rows);
  console.log(
    "At a steady pace. discord.js sends 50 requests a second at most, so that on Discord mentions come in\n" +
      "threads, where an answer is one request; in a channel it is two, for the thread and the words.",
  );
  console.table(loads);
}

async function printRegistry(): Promise<void> {
  const server = await createBenchDatabase();
  const { databaseUrl, redisUrl } = server;
  console.log("\nA behavior revised in one process, used in another");
  console.table(
    await benchHotChanges({ Redis: { databaseUrl, redisUrl }, Postgres: { databaseUrl } }),
  );
  console.log("Few and many agents");
  console.table(await benchSizes({ databaseUrl, redisUrl }));
  await server.drop();
}

async function printLua(): Promise<void> {
  console.log("\nThe Lua sandbox");
  console.table(await benchLua());
  console.log("One seed behavior in other engines");
  console.table(await benchLuaPeers());
}

async function printMemory(): Promise<void> {
  console.log("\nMemory of a worker");
  const server = await createBenchDatabase();
  console.table(await benchMemory(server, values.quick ? 2_000 : 20_000));
  await server.drop();
}

/** A database of its own on the native Postgres, and the native Redis. */
async function createBenchDatabase(redisIndex = 9) {
  const { BENCH_DATABASE_URL, BENCH_REDIS_URL } = process.env;
  const base = BENCH_DATABASE_URL ?? "postgres://postgres@127.0.0.1:5432/postgres";
  const redisUrl = BENCH_REDIS_URL ?? `redis://127.0.0.1:6379/${redisIndex}`;
  const name = `troupe_bench_${process.pid}_${redisIndex}`;
  const run = async (statement: string) => {
    const client = new Client({ connectionString: base });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  await run(`create database ${name}`);
  const databaseUrl = new URL(base);
  databaseUrl.pathname = `/${name}`;
  return {
    databaseUrl: databaseUrl.href,
    redisUrl,
    async drop() {
      await run(`drop database ${name} with (force)`);
      const redis = new Redis(redisUrl);
      await redis.flushdb();
      await redis.quit();
    },
  };
}
