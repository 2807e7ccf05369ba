import type { ModelRequest } from "../language-model.ts";

/** What the prompt says about the agent, the manner to answer in, and the message to answer. */
export type Cues = {
  agent: string;
  tone?: string;
  verbosity?: string;
  emoji?: boolean;
  codeExamples?: boolean;
  /** Whether the facts ask how sure the answer is. */
  wantsConfidence: boolean;
  /** The newest message of a person, without the facts that the prompt adds to it. */
  said: string;
  /** The names of the pictures and PDF files that came along. */
  attached: string[];
};

const FACTS = /<facts>[\s\S]*?<\/facts>/g;
const FILE = /<file\b[^>]*>[\s\S]*?<\/file>/g;
const MESSAGE = /<message\b[^>]*>([\s\S]*?)<\/message>/g;
const CUE_LINE = /^(tone|verbosity|emoji|code examples):.*$/gim;

/**
 * Reads the lines `Agent:`, `Tone:`, `Verbosity:`, `Emoji:` and `Code examples:`, each of which may be
 * missing. The manner is looked for in the facts at the end of the prompt first: a person who writes
 * "Tone: rude" changes nothing.
 */
export function readCues({ system, messages }: ModelRequest): Cues {
  const newest = messages.findLast((message) => message.role === "user");
  const last = newest?.text ?? "";
  const facts = last.match(FACTS)?.at(-1) ?? `${system}\n${last}`;
  const tone = readLine(facts, "Tone");
  const verbosity = readLine(facts, "Verbosity");
  const emoji = readSwitch(facts, "Emoji");
  const codeExamples = readSwitch(facts, "Code examples");
  return {
    agent: readLine(system, "Agent") ?? "Your agent",
    ...(tone === undefined ? {} : { tone }),
    ...(verbosity === undefined ? {} : { verbosity }),
    ...(emoji === undefined ? {} : { emoji }),
    ...(codeExamples === undefined ? {} : { codeExamples }),
    wantsConfidence: facts.includes("<confidence>"),
    said: readSaid(last),
    attached: (newest?.attachments ?? []).map(({ name }) => name),
  };
}

function readSaid(text: string): string {
  const bare = text.replace(FACTS, "").replace(FILE, "");
  const said = [...bare.matchAll(MESSAGE)].at(-1)?.[1] ?? bare.replace(CUE_LINE, "");
  return said.replaceAll("&lt;", "<").trim();
}

function readLine(text: string, label: string): string | undefined {
  return new RegExp(`^[ \\t]*${label}:[ \\t]*(\\S.*?)[ \\t]*$`, "im").exec(text)?.[1];
}

function readSwitch(text: string, label: string): boolean | undefined {
  const value = readLine(text, label);
  return value === undefined ? undefined : /^(yes|true|on)\b/i.test(value);
}
