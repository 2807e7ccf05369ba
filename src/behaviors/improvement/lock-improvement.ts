import { LockMode } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/sql";
import { Agent } from "../../agents/agent.ts";
import { AppError } from "../../base/errors.ts";
import { isId } from "../../base/ids.ts";
import { Improvement } from "./improvement.ts";

/** An improvement with its agent, neither of which anybody else changes until the transaction ends. */
export async function lockImprovement(tx: EntityManager, id: string): Promise<Improvement> {
  const known = isId(id) ? await tx.findOne(Improvement, id) : null;
  if (!known) {
    throw new AppError(
      "NOT_FOUND",
      `There is no improvement ${id.slice(0, 60)}. The query improvements lists them.`,
    );
  }
  // The agent first, as everything else that changes assignments does.
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
  await tx.findOneOrFail(Agent, known.agent.id, lock);
  return tx.findOneOrFail(Improvement, id, { ...lock, populate: ["agent"] });
}
