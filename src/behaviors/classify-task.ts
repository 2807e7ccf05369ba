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

/**
 * The kind and urgency of a request, from the words in it: the first of a fixed list of kinds
 * (`code_review`, `refactoring`, `debugging` …) that matches, else `conversation`.
 */
export function classifyTask(text: string): TaskClass {
  const start = text.slice(0, 4000);
  const kind = KINDS.find(([, words]) => words.test(start));
  const urgency = HIGH.test(start) ? "high" : LOW.test(start) ? "low" : "normal";
  return { taskType: kind?.[0] ?? "conversation", urgency };
}
