import { plain } from "../../base/plain.ts";
import { findSomebody } from "../../rooms/find-somebody.ts";
import { type Verdict, VERDICTS } from "../../turns/feedback/feedback.ts";
import { judgeLastAnswer } from "../../turns/feedback/judge-last-answer.ts";
import type { Answer, Command, Invocation } from "./command.ts";
import type { CommandScope } from "./command-scope.ts";

export const feedbackCommand: Command = {
  name: "feedback",
  description: "Judge the last answer you got here",
  actions: [
    {
      description: "Judge the last answer you got here",
      options: [
        {
          name: "verdict",
          description: "Was it any good?",
          kind: "text",
          choices: VERDICTS,
          required: true,
        },
        {
          name: "why",
          description: "What was good or bad about it",
          kind: "text",
          question: { text: "What was bad about it?", when: { verdict: "bad" } },
        },
      ],
      run: judge,
    },
  ],
};

async function judge(scope: CommandScope, invocation: Invocation): Promise<Answer> {
  const { roomKey, person, values } = invocation;
  const personId = await findSomebody(scope, roomKey, person);
  const verdict = values["verdict"] as Verdict;
  const { agent } = await judgeLastAnswer({ ...scope, em: () => scope.em }, roomKey, {
    personId,
    verdict,
    reason: values["why"],
  });
  return { text: `Thank you: the last answer of **${plain(agent)}** counts as ${verdict}.` };
}
