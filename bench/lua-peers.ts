import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LuaFactory } from "wasmoon";
import { corpusContext, readCorpus } from "../test/support/lua-corpus.ts";
import { createLuaSandbox } from "../src/lua/sandbox.ts";

export type PeerRow = { engine: string; p50Us: number; p99Us: number; apart: string };

// Not dependencies of the product: they are fetched for this comparison only.
const PEERS = ["fengari@0.1.5", "isolated-vm@7.0.1"];
const ROUNDS = 12;
const RUNS = 200;

const context = corpusContext;
const LUA = readCorpus("benign/seed_context_aware.lua");
// The same decisions in JavaScript, for the engine that runs no Lua.
const JS = `(context) => {
  const tools = context.available_tools;
  const as = (tone, verbosity, emoji, code, threshold, template, reasoning) => ({
    personality: { tone, verbosity, emoji_use: emoji, code_examples: code },
    tools, confidence_threshold: threshold, response_template: template, reasoning });
  if (context.time_of_day === "morning") return as("energetic", "normal", true, true, 0.8, "Good morning!", "Morning");
  if (context.urgency === "high") return as("direct", "concise", false, false, 0.7, "Urgent.", "High urgency");
  if (context.success_rate < 0.7) return as("cautious", "detailed", false, true, 0.95, "Careful.", "Failures");
  return as("friendly", "normal", true, false, 0.8, "I'm on it!", "Standard");
}`;

type Peer = { engine: string; apart: string; run: () => unknown };

/** One seed behavior in this sandbox, wasmoon, fengari and isolated-vm, in alternating rounds of one process. */
export async function benchLuaPeers(): Promise<PeerRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "troupe-peers-"));
  try {
    const peers = [await openOwn(), await openWasmoon(), ...openFetched(folder)];
    const times = new Map(peers.map((peer) => [peer, [] as number[]]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const peer of peers) {
        const into = round < 2 ? [] : (times.get(peer) as number[]);
        await sample(peer, into);
      }
    }
    return peers.map((peer) => toRow(peer, times.get(peer) as number[]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function sample({ run }: Peer, into: number[]): Promise<void> {
  for (let count = 0; count < RUNS; count++) {
    const startedAt = performance.now();
    const pending = run();
    if (pending instanceof Promise) await pending;
    into.push((performance.now() - startedAt) * 1000);
  }
}

async function openOwn(): Promise<Peer> {
  const sandbox = await createLuaSandbox();
  const compiled = sandbox.compile("seed", LUA);
  if (!compiled.ok) throw new Error(compiled.message);
  const run = () => sandbox.run(compiled.script, context);
  return { engine: "Troupe's sandbox", apart: "all memory, each run", run };
}

/** Its stack is cleared by hand: without that it corrupts its memory after some forty runs. */
async function openWasmoon(): Promise<Peer> {
  const lua = await new LuaFactory().createEngine();
  const run = async () => {
    lua.global.set("context", context);
    await lua.doString(LUA);
    lua.global.setTop(0);
  };
  return { engine: "wasmoon, doString", apart: "no", run };
}

function openFetched(folder: string): Peer[] {
  try {
    const quiet = { stdio: "ignore", timeout: 120_000 } as const;
    execFileSync("npm", ["install", "--prefix", folder, "--ignore-scripts", ...PEERS], quiet);
    const require = createRequire(join(folder, "package.json"));
    return [...openFengari(require), openIsolatedVm(require)];
  } catch (error) {
    console.error(`${PEERS.join(", ")} cannot be fetched or loaded here: ${String(error)}`);
    return [];
  }
}

type Fengari = {
  lua: Record<string, (...args: unknown[]) => unknown>;
  lauxlib: Record<string, (...args: unknown[]) => unknown>;
  lualib: Record<string, (...args: unknown[]) => unknown>;
  to_luastring: (text: string) => Uint8Array;
};

function openFengari(require: NodeJS.Require): Peer[] {
  const fengari = require("fengari") as Fengari;
  const { lua, lauxlib, lualib, to_luastring: bytes } = fengari;
  const open = () => {
    const state = lauxlib["luaL_newstate"]?.();
    lualib["luaL_openlibs"]?.(state);
    return state;
  };
  const push = (state: unknown, value: unknown): void => {
    if (typeof value === "string") lua["lua_pushstring"]?.(state, bytes(value));
    else if (typeof value === "number") lua["lua_pushnumber"]?.(state, value);
    else if (typeof value === "boolean") lua["lua_pushboolean"]?.(state, value);
    else {
      lua["lua_newtable"]?.(state);
      for (const [key, item] of Object.entries(value as object)) {
        push(state, item);
        if (Array.isArray(value)) lua["lua_rawseti"]?.(state, -2, Number(key) + 1);
        else lua["lua_setfield"]?.(state, -2, bytes(key));
      }
    }
  };
  const call = (state: unknown): void => {
    push(state, context);
    lua["lua_setglobal"]?.(state, bytes("context"));
    if (lua["lua_pcall"]?.(state, 0, 1, 0) !== 0) throw new Error("fengari failed");
    lua["lua_settop"]?.(state, 0);
  };
  const shared = open();
  lauxlib["luaL_loadstring"]?.(shared, bytes(LUA));
  lua["lua_setglobal"]?.(shared, bytes("behavior"));
  return [
    {
      engine: "fengari, a state per run",
      apart: "globals",
      run() {
        const state = open();
        lauxlib["luaL_loadstring"]?.(state, bytes(LUA));
        call(state);
      },
    },
    {
      engine: "fengari, one state, compiled once",
      apart: "no",
      run() {
        lua["lua_getglobal"]?.(shared, bytes("behavior"));
        call(shared);
      },
    },
  ];
}

type Ivm = {
  Isolate: new (options: object) => {
    createContextSync(): {
      evalClosureSync(code: string, args: unknown[], options: object): unknown;
      release(): void;
    };
  };
};

function openIsolatedVm(require: NodeJS.Require): Peer {
  const { Isolate } = require("isolated-vm") as Ivm;
  const isolate = new Isolate({ memoryLimit: 16 });
  return {
    engine: "isolated-vm, a context per run (JavaScript)",
    apart: "globals",
    run() {
      const each = isolate.createContextSync();
      const options = { arguments: { copy: true }, result: { copy: true }, timeout: 100 };
      each.evalClosureSync(`return (${JS})($0)`, [context], options);
      each.release();
    },
  };
}

function toRow({ engine, apart }: Peer, times: number[]): PeerRow {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) =>
    Math.round((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) * 10) / 10;
  return { engine, p50Us: at(0.5), p99Us: at(0.99), apart };
}

if (import.meta.main) console.table(await benchLuaPeers());
