const KIB = 1024;

/** What one run and one compilation may use; one unit of fuel is about one VM instruction. */
export const LUA_LIMITS = {
  runFuel: 500_000,
  compileFuel: 5_000_000,
  /** For reading a result after the run, so that a corrupted table cannot hold up the host. */
  readFuel: 200_000,
  sourceBytes: 64 * KIB,
  /** 9.4 MB in all: data, C stack and Lua's heap. */
  memoryPages: 144,
  /** Of Lua's own stack: about 10,000 nested calls. */
  stackSlots: 30_000,
  inputDepth: 16,
  inputNodes: 5000,
  /** Of one string; strings pass through a scratch buffer. */
  inputStringBytes: 256 * KIB,
  inputTotalBytes: 1024 * KIB,
  resultDepth: 8,
  resultNodes: 2000,
  /** Of all strings and keys of a result together. */
  resultBytes: 64 * KIB,
  messageChars: 500,
  logLines: 50,
} as const;
