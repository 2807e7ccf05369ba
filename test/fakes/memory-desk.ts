import type { CommandDesk, Suggesting } from "../../src/chat/commands/command-desk.ts";
import type { Answer, CommandCall } from "../../src/chat/commands/command.ts";

export type MemoryDesk = CommandDesk & {
  /** The commands that were run, each once. */
  calls: CommandCall[];
  suggesting: Suggesting[];
  /** The ids of commands whose givers have been told. */
  told: string[];
  /** What the next commands are answered. */
  answer(answer: Answer): void;
  /** From now on commands wait until the answered function is called, as with a slow database. */
  hold(): () => void;
};

/** A desk in memory: it knows a command that comes again, and says what the test tells it to. */
export function createMemoryDesk(): MemoryDesk {
  const calls: CommandCall[] = [];
  const suggesting: Suggesting[] = [];
  const told: string[] = [];
  const seen = new Set<string>();
  let gate: Promise<void> = Promise.resolve();
  let next: Answer = { text: "Done." };
  return {
    calls,
    suggesting,
    told,
    async answered(id) {
      told.push(id);
    },
    async run(call) {
      if (seen.has(call.id)) return undefined;
      seen.add(call.id);
      const name = (await call.findName?.()) ?? call.person.name;
      calls.push({ ...call, person: { ...call.person, name } });
      await gate;
      await call.acknowledge?.();
      return next;
    },
    async suggest(asked) {
      suggesting.push(asked);
      await gate;
      return [{ value: "sage", label: "Sage (sage)" }];
    },
    answer(answer) {
      next = answer;
    },
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
  };
}
