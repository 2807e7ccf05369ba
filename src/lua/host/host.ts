import { createCalendar } from "./calendar.ts";
import type { LuaExports } from "../wasm/lua-exports.ts";
import type { WasmGlobal, WasmImports } from "../wasm/wasm-api.ts";

/** What a script's work costs besides loop iterations, in units of fuel. */
const COST = { protectedCall: 20, raise: 400, strftime: 1000, calendar: 200, clock: 20 } as const;
const NOT_IMPLEMENTED = -52;

/** The module asked for something no script may have; the run ends at once. */
export class LuaHostFault extends Error {
  constructor(what: string) {
    super(`the Lua engine called ${what}`);
    this.name = "LuaHostFault";
  }
}

/** What the imports need of the running instance, known only after instantiation. */
type HostLink = { view: DataView; fuel: WasmGlobal; c: LuaExports };

export type LuaHost = {
  imports: WasmImports;
  connect(link: HostLink): void;
  /** The time of day that `os.time` and `os.date` see, in milliseconds since the Unix epoch. */
  setNow(nowMs: number): void;
};

/**
 * Everything the module imports: no file, no process, no environment, no real clock. Each import
 * burns fuel, so a flood of them ends like a loop.
 */
export function createLuaHost(): LuaHost {
  let link: HostLink | undefined;
  let nowMs = 0;
  const connected = () => {
    if (!link) throw new LuaHostFault("an import before it was connected");
    return link;
  };
  const burn = (units: number) => {
    const { fuel } = connected();
    fuel.value -= units;
  };
  const refuse = (what: string) => () => {
    throw new LuaHostFault(what);
  };
  const calendar = createCalendar(() => connected().view);

  const env = {
    ...systemCalls(),
    abort: refuse("abort"),
    exit: refuse("exit"),
    system: refuse("system"),
    invoke_vii(index: number, first: number, second: number) {
      burn(COST.protectedCall);
      const { c } = connected();
      const stack = c.stackSave();
      try {
        c.__indirect_function_table.get(index)(first, second);
      } catch (thrown) {
        c.stackRestore(stack);
        // Only a Lua error may be caught here; a trap or a host fault ends the whole run.
        if (thrown !== LONGJMP) throw thrown;
        c.setThrew(1, 0);
      }
    },
    _emscripten_throw_longjmp() {
      burn(COST.raise);
      // A number, as in Emscripten: an Error would capture a stack trace per pcall.
      // oxlint-disable-next-line typescript/only-throw-error
      throw LONGJMP;
    },
    strftime(target: number, capacity: number, format: number, time: number) {
      burn(COST.strftime);
      return calendar.strftime(target, capacity, format, time);
    },
    _mktime_js(time: number) {
      burn(COST.calendar);
      return calendar.mktime(time);
    },
    _gmtime_js(seconds: bigint, time: number) {
      burn(COST.calendar);
      calendar.gmtime(seconds, time);
    },
    _localtime_js(seconds: bigint, time: number) {
      burn(COST.calendar);
      calendar.gmtime(seconds, time);
    },
    _tzset_js() {},
    emscripten_date_now() {
      burn(COST.clock);
      return nowMs;
    },
    _emscripten_get_now_is_monotonic: () => 1,
    emscripten_resize_heap: () => 0,
  };

  return {
    imports: { env, wasi_snapshot_preview1: wasiCalls() },
    connect(instance) {
      link = instance;
    },
    setNow(value) {
      nowMs = value;
    },
  };
}

const LONGJMP = Infinity;

function systemCalls(): Record<string, () => number> {
  const names = "openat fcntl64 ioctl dup3 unlinkat rmdir renameat readlinkat".split(" ");
  return Object.fromEntries(names.map((name) => [`__syscall_${name}`, () => NOT_IMPLEMENTED]));
}

function wasiCalls(): Record<string, () => number> {
  const names = "fd_write fd_read fd_close fd_seek environ_sizes_get environ_get".split(" ");
  return Object.fromEntries(names.map((name) => [name, () => -NOT_IMPLEMENTED]));
}
