import { LockMode } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/sql";
import { AppError } from "../../base/errors.ts";
import { findSomebody, type Somebody } from "./find-somebody.ts";
import { Person, PREFERRED_STYLES, PREFERRED_VERBOSITIES } from "./person.ts";
import type { RoomDirectory } from "../room-directory.ts";

/** What is absent stays; null takes a preference away, of the time zone back to UTC. */
export type PreferenceChanges = {
  verbosity?: string | null | undefined;
  style?: string | null | undefined;
  /** IANA name such as `Europe/Berlin`. */
  timeZone?: string | null | undefined;
};

/**
 * Sets how a person wants to be answered, in all rooms of the room's workspace and from the next turn
 * on. A named person who has not written yet is created; without a name that is `NOT_FOUND`. `INVALID`
 * names a bad value.
 */
export async function setPreferences(
  { em, directory }: { em: EntityManager; directory: RoomDirectory },
  roomKey: string,
  { person, changes }: { person: Somebody; changes: PreferenceChanges },
): Promise<Person> {
  const { timeZone, ...rest } = changes;
  const wanted = {
    verbosity: checkChoice("verbosity", rest.verbosity, PREFERRED_VERBOSITIES),
    style: checkChoice("style", rest.style, PREFERRED_STYLES),
  };
  const zone = timeZone === null ? "UTC" : timeZone && checkTimeZone(timeZone);
  const id = await findSomebody({ em, directory }, roomKey, person);
  return em.transactional(async (tx) => {
    const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
    const found = await tx.findOneOrFail(Person, { id }, lock);
    const merged = Object.entries({ ...found.preferences, ...withoutAbsent(wanted) });
    found.preferences = Object.fromEntries(merged.filter(([, value]) => value !== null));
    if (zone !== undefined) found.timeZone = zone;
    return found;
  });
}

function checkChoice<Choice extends string>(
  name: string,
  value: string | null | undefined,
  choices: readonly Choice[],
): Choice | null | undefined {
  if (value === null || value === undefined) return value;
  const choice = choices.find((known) => known === value);
  if (choice !== undefined) return choice;
  throw new AppError("INVALID", `${name} must be one of ${choices.join(", ")}.`);
}

function checkTimeZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
  } catch {
    throw new AppError(
      "INVALID",
      `"${timeZone.slice(0, 60)}" is no time zone. Use an IANA name such as Europe/Berlin.`,
    );
  }
}

function withoutAbsent(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
