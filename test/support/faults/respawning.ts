import type { TroupeProcess } from "../troupe-process.ts";

export type Kill = { atMs: number; maker: string; wasReady: boolean };

/** A process that is started again, under a new name, each time it is killed. */
export type Respawning = {
  /** The name of the running process, as its model calls carry it. */
  maker(): string;
  /** Whether it can be killed: it runs, even where it is not ready yet. */
  isRunning(): boolean;
  /** Resolves with the address of the process that runs now, once that is ready. */
  ready(): Promise<string>;
  /** `kill -9`; resolves when the process is gone and the next one is being started. */
  kill(): Promise<Kill>;
  stop(): Promise<void>;
  /** What each process wrote to standard error, by its name. */
  logs(): ReadonlyMap<string, string>;
  /** Names of processes that ended though nobody killed them. */
  endedThemselves(): string[];
};

export function startRespawning(name: string, start: (maker: string) => TroupeProcess): Respawning {
  const processes = new Map<string, TroupeProcess>();
  const endedThemselves: string[] = [];
  const told = new Set<string>();
  let maker = "";
  let isReady = false;
  let current = next();

  function next(): TroupeProcess {
    const own = `${name}.${processes.size + 1}`;
    const process = start(own);
    maker = own;
    isReady = false;
    processes.set(own, process);
    process.ready.then(
      () => (isReady = maker === own),
      () => undefined,
    );
    void process.exited.then(() => told.has(own) || endedThemselves.push(own));
    return process;
  }

  return {
    maker: () => maker,
    isRunning: () => current.isRunning() && !told.has(maker),
    ready: () => current.ready,
    async kill() {
      const killed = { atMs: performance.now(), maker, wasReady: isReady };
      told.add(maker);
      await current.stop("SIGKILL");
      current = next();
      return killed;
    },
    async stop() {
      told.add(maker);
      if (current.isRunning()) await current.stop("SIGKILL");
    },
    logs: () => new Map([...processes].map(([own, process]) => [own, process.stderr()])),
    endedThemselves: () => endedThemselves,
  };
}
