import { AppError } from "../../base/errors.ts";
import { isId } from "../../base/ids.ts";
import { plain } from "../../base/plain.ts";
import {
  approveImprovement,
  dismissImprovement,
} from "../../behaviors/improvement/decide-improvement.ts";
import { Improvement } from "../../behaviors/improvement/improvement.ts";
import { toActor } from "../operators/operator.ts";
import { describeSuggestion } from "../../behaviors/improvement/describe-suggestion.ts";
import type { Answer, CommandAction, Invocation } from "./command.ts";
import type { CommandScope } from "./command-scope.ts";

/** As many as fit into one message of Slack with a menu below; each stands twice in the menu. */
const MOST_LISTED = 7;
const VERBS = ["approve", "dismiss"] as const;
const USAGE = "Write it as `/behavior improvements approve <agent>`, or `dismiss <agent>`.";

type Decision = { verb: (typeof VERBS)[number]; id: string };

/** What automatic improvement suggests, with a menu that approves or dismisses each. */
export const improvementsAction: CommandAction = {
  name: "improvements",
  description: "What automatic improvement suggests, to approve or dismiss",
  options: [
    { name: "decision", description: "approve or dismiss, and whose: approve sage", kind: "text" },
  ],
  who: "operators",
  run: improve,
};

async function improve(scope: CommandScope, invocation: Invocation): Promise<Answer> {
  const wanted = invocation.values["decision"];
  if (wanted === undefined) return list(scope);
  const said = await decide(scope, await parseDecision(scope, wanted), toActor(invocation));
  const { text, ...rest } = await list(scope);
  return { text: `${said}\n\n${text}`, ...rest };
}

async function decide(scope: CommandScope, { verb, id }: Decision, by: string): Promise<string> {
  switch (verb) {
    case "approve": {
      const { agent, toBehaviorName } = await approveImprovement(scope, id, by);
      return `Approved: \`${agent.slug}\` follows \`${toBehaviorName}\` from the next answer on. Where it does worse with it, it gets back what it had.`;
    }
    case "dismiss": {
      const { agent, toBehaviorName } = await dismissImprovement(scope, id, { by });
      return `Dismissed: \`${agent.slug}\` keeps what it has, and \`${toBehaviorName}\` as it is now is not suggested for it again.`;
    }
  }
}

/** The menu names a suggestion by its id, so that a later one is not decided unseen; people name the agent. */
async function parseDecision({ em }: CommandScope, words: string): Promise<Decision> {
  const [word = "", whose = "", ...rest] = words.split(/\s+/);
  const verb = VERBS.find((known) => known === word.toLowerCase());
  if (verb === undefined || whose === "" || rest.length > 0) throw new AppError("INVALID", USAGE);
  if (isId(whose)) return { verb, id: whose };
  const slug = whose.replace(/^@/, "").toLowerCase();
  const found = await em.findOne(Improvement, { status: "suggested", agent: { slug } });
  if (found) return { verb, id: found.id };
  throw new AppError(
    "NOT_FOUND",
    `Nothing is suggested for ${plain(slug, 40)}. \`/behavior improvements\` lists what is.`,
  );
}

async function list({ em }: CommandScope): Promise<Answer> {
  const [found, count] = await em.findAndCount(
    Improvement,
    { status: "suggested" },
    { orderBy: { createdAt: "asc", id: "asc" }, limit: MOST_LISTED, populate: ["agent"] },
  );
  if (found.length === 0) return { text: "No improvement waits for a decision." };
  const more = count > found.length ? [`- … and ${count - found.length} more after these`] : [];
  return {
    text: [
      "**Suggested improvements**",
      ...found.map((each) => `- ${describeSuggestion(each)}`),
      ...more,
    ].join("\n"),
    choose: {
      option: "decision",
      placeholder: "Approve or dismiss",
      choices: found.flatMap(({ id, agent }) => [
        { value: `approve ${id}`, label: `Approve for ${agent.slug}` },
        { value: `dismiss ${id}`, label: `Dismiss for ${agent.slug}` },
      ]),
      values: {},
    },
  };
}
