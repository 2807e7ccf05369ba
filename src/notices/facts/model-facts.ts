import type { ModelErrorKind } from "../../llm/language-model.ts";
import type { FactSource } from "./fact-source.ts";

/** What keeps a provider, or the way to it, from answering anybody; other failures are the request's own. */
const ADVICE = {
  auth: "it refuses the key, or the account is used up: check both",
  "rate-limit": "it allows no more requests: raise the limit there, or give agents another model",
  overloaded: "it is overloaded: wait, or give agents another model",
  timeout: "it takes too long: wait, or give agents another model",
  network: "it cannot be reached: check its address and the network",
  invalid: "it does not accept the requests: check the model's name",
  unusable: "no model of that name can be used: check its configuration",
} satisfies Partial<Record<ModelErrorKind | "unusable", string>>;

type Failing = {
  provider: string;
  turns: number;
  since: string;
  why: keyof typeof ADVICE;
  turnId: string;
};

const KINDS = Object.keys(ADVICE)
  .map((kind) => `'${kind}'`)
  .join();
const QUARTER_SECONDS = 900;

const SINCE = `$1::timestamptz - interval '1 hour'`;

// A turn without a model failed where it was chosen, which its journal says.
const FAILED = `select t.id, t.finished_at, split_part(t.model, '/', 1) as provider, split_part(t.reason, ': ', 1) as why
    from turn t where t.status = 'failed' and t.finished_at > ${SINCE} and t.model is not null
  union all
  select t.id, t.finished_at, coalesce(split_part(a.model, '/', 1), 'the default model'), 'unusable'
    from turn t join conversation c on c.id = t.conversation_id join agent a on a.id = c.agent_id
    where t.status = 'failed' and t.finished_at > ${SINCE} and t.model is null and exists (
      select from turn_step s where s.turn_id = t.id and s.kind = 'select' and s.status = 'failed')`;

// Each failed turn counts in one notice: that of its provider after the one before.
const TOLD = `select split_part(fact, '/', 2) as provider, max(happened_at) as through from notice
  where kind = 'models_failing' and happened_at > ${SINCE} group by 1`;

/** Model providers that do not answer, at most once a quarter of an hour each. */
export const MODEL_FACTS: FactSource<"models_failing"> = {
  query: `select 'models_failing', 'models_failing/' || provider || '/' ||
      floor(extract(epoch from $1::timestamptz) / ${QUARTER_SECONDS}), null::uuid, max(finished_at),
      json_build_object('provider', provider, 'turns', count(*), 'since', min(finished_at),
        'why', (array_agg(why order by finished_at desc))[1],
        'turnId', (array_agg(id order by finished_at desc))[1])
    from (${FAILED}) failed left join (${TOLD}) told using (provider)
    where why in (${KINDS}) and finished_at > coalesce(told.through, '-infinity')
    group by provider`,
  sentences: {
    models_failing: ({ provider, turns, since, why, turnId }: Failing) => {
      const time = new Date(since).toISOString().slice(11, 16);
      const what = turns === 1 ? "a turn" : `${turns} turns`;
      return `**${provider} could not answer ${what}** since ${time} UTC, because ${ADVICE[why]}; \`npx troupe doctor\` tries it, and \`npx troupe turns show ${turnId}\` shows the last one.`;
    },
  },
};
