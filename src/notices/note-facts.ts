import type { EntityManager } from "@mikro-orm/sql";
import type { Clock } from "../base/clock.ts";
import { toErrorMessage } from "../base/errors.ts";
import { newId } from "../base/ids.ts";
import type { Log } from "../base/log.ts";
import { Experiment } from "../experiments/experiment.ts";
import { readExperiment } from "../experiments/judging/read-experiment.ts";
import { statement, type Sql } from "../store/sql.ts";
import { describeFact, type Fact, findFacts } from "./find-facts.ts";

type Scope = { em: () => EntityManager; sql: Sql; clock: Clock; log: Log };

const NOTE = statement(
  "note_fact",
  `insert into notice (id, fact, kind, subject_id, text, happened_at, room_key)
   values ($1, $2, $3, $4, $5, $6, $7) on conflict (fact) do nothing`,
);

/**
 * Writes down what has happened, once whoever does so and however often, for the room in which
 * operators are told of it; undefined where they only read it. What cannot be noted keeps nothing else
 * from being so.
 */
export async function noteFacts(scope: Scope, roomKey: string | undefined): Promise<void> {
  for (const found of await findFacts(scope)) {
    try {
      await note(scope, found, roomKey);
    } catch (error) {
      scope.log.warn({ fact: found.fact, error: toErrorMessage(error) }, "fact was not noted");
    }
  }
}

async function note(scope: Scope, found: Fact, roomKey: string | undefined): Promise<void> {
  const { kind, fact, subjectId, happenedAt } = found;
  const data = { ...found.data, ...(await readVerdict(scope, found)) };
  const text = describeFact({ kind, data });
  // A suggestion's buttons and message go by the id of what is decided.
  const id = kind === "improvement_suggested" && subjectId !== null ? subjectId : newId();
  await scope.sql.rows(NOTE, [id, fact, kind, subjectId, text, happenedAt, roomKey ?? null]);
}

async function readVerdict({ em }: Scope, { kind, subjectId }: Fact): Promise<object> {
  if (!kind.startsWith("experiment_") || subjectId === null) return {};
  const own = em();
  const experiment = await own.findOneOrFail(Experiment, subjectId, { populate: ["agent"] });
  const { sentence } = await readExperiment({ em: own }, experiment);
  return { sentence };
}
