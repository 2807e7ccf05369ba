import { type FactSource, NEWS_SINCE, newestOf } from "./fact-source.ts";

type Switched = { name: string; number: number; current: number | null };

/** Behaviors whose breaker switched a revision off, and those that have a sound one again. */
export const BEHAVIOR_FACTS: FactSource<"behavior_switched_off" | "behavior_back"> = {
  query: `select 'behavior_switched_off', 'behavior_switched_off/' || off.id || '/' || extract(epoch from off.switched_off_at),
      b.id, off.switched_off_at, json_build_object('name', b.name, 'number', off.number, 'current', current.number)
    from behavior_revision off join behavior b on b.id = off.behavior_id
      left join behavior_revision current on current.id = b.current_revision_id
    where off.switched_off_at > ${NEWS_SINCE}
    union all
    select 'behavior_back', 'behavior_back/' || off.fact, b.id, $1::timestamptz,
      json_build_object('name', b.name, 'number', current.number)
    from ${newestOf("behavior_switched_off")} off join behavior b on b.id = off.subject_id
      join behavior_revision current on current.id = b.current_revision_id
    where not exists (select from behavior_revision later where later.behavior_id = b.id
      and later.number > current.number and later.switched_off_at is not null)`,
  sentences: {
    behavior_switched_off: ({ name, number, current }: Switched) => {
      const applies =
        current === null ? "what its role has, or the default, applies" : `r${current} applies`;
      return `**Behavior \`${name}\` was switched off in r${number}**, because it used up its time or memory three times; ${applies} until it is revised, or switched on again by \`npx troupe behaviors rollback ${name} ${number}\`.`;
    },
    behavior_back: ({ name, number }: Switched) =>
      `**Behavior \`${name}\` applies again**, with r${number}; there is nothing to do.`,
  },
};
