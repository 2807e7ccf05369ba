/** Something going wrong, or slowly, for matching requests. */
export type Fault = {
  method?: string;
  /** A route's path with `:names`, as in the routes; without it every route. */
  path?: string;
  /** How many requests it hits, 1 unless told. */
  times?: number;
  /** How many matching requests pass before it begins. */
  skip?: number;
} & (
  | { kind: "status"; status: number; body?: unknown }
  | { kind: "rateLimit"; retryAfterSeconds: number; global?: boolean }
  /** The connection dies before anything was done. */
  | { kind: "lostRequest" }
  /** It was done, but the answer never arrives: the connection is reset, closed, or stays silent. */
  | { kind: "lostResponse"; how?: "reset" | "close" | "hang" }
  | { kind: "delay"; ms: number; when?: "before" | "after" }
);

export type Faults = ReturnType<typeof createFaults>;

/** The script of faults; the oldest that matches a request is used up first. */
export function createFaults() {
  let script: (Fault & { times: number; skip: number })[] = [];
  return {
    add(fault: Fault): void {
      script.push({ ...fault, times: fault.times ?? 1, skip: fault.skip ?? 0 });
    },
    clear(): void {
      script = [];
    },
    /** The fault for this request, counted as used. */
    take(method: string, path: string): Fault | undefined {
      const matches = script.filter(
        (fault) =>
          (fault.method === undefined || fault.method === method) &&
          (fault.path === undefined || fault.path === path),
      );
      const ready = matches.find(({ skip }) => skip === 0);
      for (const fault of matches) if (fault.skip > 0) fault.skip -= 1;
      if (!ready) return undefined;
      ready.times -= 1;
      script = script.filter(({ times }) => times > 0);
      return ready;
    },
  };
}
