import { plain } from "../../base/plain.ts";
import { type FactSource, NEWS_SINCE } from "./fact-source.ts";

type Kind =
  | "experiment_suggested"
  | "experiment_promoted"
  | "experiment_ramped_up"
  | "experiment_rolled_back"
  | "experiment_ended"
  | "experiment_arm_stopped";
/** `sentence` is all there is to know of the experiment as it stands. */
type Changed = {
  name: string;
  arm: string;
  share: number;
  reason: string;
  isConcluded: boolean;
  sentence: string;
};

type Parts = { of?: string; named?: string; at: string; data?: string; where: string };

/** `of` are further tables, and `named` what tells facts of one experiment apart. */
const fact = (kind: Kind, { of = "", named = "", at, data = "", where }: Parts) =>
  `select '${kind}', '${kind}/' || e.id${named}, e.id, ${at}, json_build_object('name', e.name${data})
   from experiment e ${of} where ${where}`;

const PROMOTED = "join experiment_arm a on a.id = e.promoted_arm_id";

/** What the evaluation of experiments found, and what it changed by itself. */
export const EXPERIMENT_FACTS: FactSource<Kind> = {
  query: [
    fact("experiment_suggested", {
      named: " || '/' || e.suggested_arm_id || '/' || extract(epoch from e.suggested_at)",
      of: "join experiment_arm a on a.id = e.suggested_arm_id",
      at: "e.suggested_at",
      data: ", 'arm', a.behavior_name",
      where: "e.status = 'running'",
    }),
    fact("experiment_promoted", {
      of: `${PROMOTED} join experiment_period p on p.experiment_id = e.id and p.started_at = e.promoted_at and p.share is not null`,
      at: "e.promoted_at",
      data: ", 'arm', a.behavior_name, 'share', p.share",
      where: `e.promoted_by = 'system' and e.promoted_at > ${NEWS_SINCE}`,
    }),
    fact("experiment_ramped_up", {
      named: " || '/' || p.number",
      of: `${PROMOTED} join experiment_period p on p.experiment_id = e.id and p.started_at > e.promoted_at and p.share is not null`,
      at: "p.started_at",
      data: ", 'arm', a.behavior_name, 'share', p.share",
      where: `p.started_at > ${NEWS_SINCE}`,
    }),
    fact("experiment_rolled_back", {
      of: PROMOTED,
      at: "e.rolled_back_at",
      data: ", 'arm', a.behavior_name",
      where: `e.rolled_back_because <> 'operator' and e.rolled_back_at > ${NEWS_SINCE}`,
    }),
    fact("experiment_ended", {
      at: "e.ended_at",
      data: ", 'isConcluded', e.status = 'concluded'",
      where: `e.ended_by = 'system' and e.rolled_back_at is null and e.ended_at > ${NEWS_SINCE}`,
    }),
    fact("experiment_arm_stopped", {
      named: " || '/' || a.id",
      of: "join experiment_arm a on a.experiment_id = e.id",
      at: "a.stopped_at",
      data: ", 'arm', a.behavior_name, 'reason', a.stop_reason",
      where: `a.stopped_by = 'system' and e.rolled_back_at is null and a.stopped_at > ${NEWS_SINCE}`,
    }),
  ].join(" union all "),
  sentences: {
    experiment_suggested: ({ name, sentence }: Changed) =>
      `**Experiment \`${name}\` has a result**: ${plain(sentence, 400)} \`npx troupe experiments promote ${name}\` makes it apply.`,
    experiment_promoted: ({ name, arm, share }: Changed) =>
      `**Experiment \`${name}\` promoted \`${arm}\`**, for ${toPercent(share)} of the traffic at first; ${takeBack(name)}.`,
    experiment_ramped_up: ({ name, arm, share }: Changed) =>
      `**Experiment \`${name}\` gives \`${arm}\` to ${toPercent(share)} of the traffic now**; ${takeBack(name)}.`,
    experiment_rolled_back: ({ name, arm, sentence }: Changed) =>
      `**Experiment \`${name}\` took \`${arm}\` back**, and what applied before applies again: ${plain(sentence, 400)} \`npx troupe experiments show ${name}\` has the figures.`,
    experiment_ended: ({ name, isConcluded, sentence }: Changed) =>
      `**Experiment \`${name}\` has ended**: ${plain(sentence, 400)} ${
        isConcluded
          ? `\`npx troupe experiments rollback ${name}\` takes it back.`
          : `\`npx troupe experiments show ${name}\` has the figures.`
      }`,
    experiment_arm_stopped: ({ name, arm, reason }: Changed) =>
      `**Experiment \`${name}\` stopped \`${arm}\`**, and its people get another arm (${plain(reason, 300)}); \`npx troupe experiments show ${name}\` has the figures.`,
  },
};

function toPercent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function takeBack(name: string): string {
  return `it goes back by itself where it does worse, or by \`npx troupe experiments rollback ${name}\``;
}
