export type TaskClass = { taskType: string; urgency: "low" | "normal" | "high" };

// The first kind whose words occur decides; the order goes from the specific to the general.
const KINDS: [taskType: string, words: RegExp][] = [
  [
    "code_review",
    /\b(code review|review (this|the|my|our)?\s*(code|pr|diff|patch|commit|change)|pull request|pr #?\d+)/i,
  ],
  ["refactoring", /\b(refactor|clean ?up|simplify|restructure|rename)/i],
  [
    "debugging",
    /\b(bugs?|debug|error|exception|stack ?trace|crash(es|ed)?|fails?|failing|broken|doesn'?t work)\b/i,
  ],
  ["testing", /\b(unit tests?|write tests?|test cases?|coverage)\b/i],
  ["architecture", /\b(architecture|system design|dependenc(y|ies)|component|microservices?)\b/i],
  ["planning", /\b(plan|roadmap|schedule|milestones?|estimate|prioriti[sz]e)\b/i],
  [
    "code_generation",
    /\b(implement|write (a|an|the|some)? ?(function|class|script|program|code)|code for)\b/i,
  ],
  ["summarization", /\b(summari[sz]e|summary|tl;?dr|recap)\b/i],
  ["translation", /\b(translate|translation)\b/i],
  ["calculation", /\b(calculate|compute|how much is)\b|\d\s*[-+*/^×÷]\s*\d/i],
  ["research", /\b(research|compare|find out|look up|sources?)\b/i],
  ["question", /\?|^\s*(@\S+\s+)?(who|what|when|where|why|how|which|can|could|is|are|do|does)\b/i],
];

const HIGH =
  /\b(urgent(ly)?|asap|immediately|right now|emergency|critical|production is down|outage)\b|!!/i;
const LOW = /\b(no (rush|hurry)|whenever you|when you have time|low priority|someday)\b/i;

// What somebody says outright, in any room: `#task:code_review`, `#urgency:high`.
const TOLD_TASK = /(?:^|\s)#task:([a-z][a-z0-9_]{0,39})(?=$|[\s.,;:!?])/i;
const TOLD_URGENCY = /(?:^|\s)#urgency:(low|normal|high)(?=$|[\s.,;:!?])/i;

/**
 * The kind and urgency of a request: what it says itself (`#task:code_review`, any name;
 * `#urgency:low|normal|high`), else from the words in it: the first of a fixed list of kinds
 * (`code_review`, `refactoring`, `debugging` …) that matches, else `conversation`.
 */
export function classifyTask(text: string): TaskClass {
  const start = text.slice(0, 4000);
  const kind = KINDS.find(([, words]) => words.test(start));
  const urgency = HIGH.test(start) ? "high" : LOW.test(start) ? "low" : "normal";
  const told = TOLD_URGENCY.exec(start)?.[1]?.toLowerCase() as TaskClass["urgency"] | undefined;
  const taskType = TOLD_TASK.exec(start)?.[1]?.toLowerCase() ?? kind?.[0] ?? "conversation";
  return { taskType, urgency: told ?? urgency };
}
