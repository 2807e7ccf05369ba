import type { DoubleAnswer, DoubleRequest, LlmDouble } from "../llm/llm-double.ts";
import { createOpenAiDouble } from "../llm/openai-double.ts";
import type { Random } from "./random.ts";

export type ModelCall = {
  atMs: number;
  /** The process that made it, told by its API key. */
  maker: string;
  /** The markers of the messages it is to answer, in order, joined: one turn's name. */
  asked: string;
  /** 1, or 2 after a tool. */
  round: number;
};

export type AnsweringModel = {
  readonly calls: readonly ModelCall[];
  /** Leaves the next call without an answer until it is released. */
  holdNext(): { call: Promise<ModelCall>; release: () => void };
  /** For `OPENAI_COMPATIBLE`; each process gives its name as `DOUBLE_KEY`. */
  env(maker: string): Record<string, string>;
  close(): Promise<void>;
};

const MARKER = /\bm-\d+-\d+\b/g;
const HEARD = /<message from="([^"]+)"[^>]*>([^]*?)<\/message>/g;

type ChatMessage = { role: string; content?: string | null };

/** Every marker in a text, in order. */
export function findMarkers(text: string): string[] {
  return text.match(MARKER) ?? [];
}

/** Which messages are answered after a tool call is a rule, so that a repeated turn takes the same way. */
export function usesTool(asked: string): boolean {
  return Number(/\d+$/.exec(asked)?.[0] ?? 0) % 2 === 0;
}

/**
 * A model that answers with the markers of the messages it is asked to answer, after 5 to 60 ms, and
 * remembers every call. Each message carries a marker and comes from a person of its own. With
 * `writesAtLength` most answers are some sentences, which take a second or two to be written.
 */
export async function createAnsweringModel(
  random: Random,
  { writesAtLength = false } = {},
): Promise<AnsweringModel> {
  const calls: ModelCall[] = [];
  let hold: { call: PromiseWithResolvers<ModelCall>; released: Promise<void> } | undefined;
  const double: LlmDouble = await createOpenAiDouble({
    async respond(request) {
      const asked = readAsked(request).join(" ");
      const { messages } = request.body as { messages: ChatMessage[] };
      const round = 1 + messages.slice(lastUserIndex(messages)).filter(isToolResult).length;
      const maker = String(request.headers["authorization"]).replace("Bearer ", "");
      const call = { atMs: performance.now(), maker, asked, round };
      calls.push(call);
      const held = hold;
      hold = undefined;
      held?.call.resolve(call);
      await held?.released;
      const answer = toAnswer(asked, round, random);
      return writesAtLength && random.chance(0.7) ? atLength(answer, random) : answer;
    },
  });
  const endpoints = JSON.stringify([
    { name: "double", baseUrl: double.url, apiKeyEnv: "DOUBLE_KEY" },
  ]);
  return {
    calls,
    holdNext() {
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      hold = { call: Promise.withResolvers(), released };
      return { call: hold.call.promise, release };
    },
    env: (maker) => ({
      OPENAI_COMPATIBLE: endpoints,
      DEFAULT_MODEL: "double/answering",
      DOUBLE_KEY: maker,
    }),
    close: () => double.close(),
  };
}

function toAnswer(asked: string, round: number, random: Random): DoubleAnswer {
  const pace = {
    delayMs: Math.round(random.between(5, 60)),
    endDelayMs: random.chance(0.3) ? 20 : 0,
  };
  if (round === 1 && usesTool(asked)) {
    const id = `call-${asked.replaceAll(" ", "-")}`;
    return { ...pace, toolCalls: [{ id, name: "calculator", input: { expression: "6 * 7" } }] };
  }
  return {
    ...pace,
    text: ["Here is the answer to ", ...asked.split(/(?= )/), "."],
    pieceBytes: 97,
  };
}

/** The same answer with some sentences before it, written as a person reads. */
function atLength(answer: DoubleAnswer, random: Random): DoubleAnswer {
  if (!Array.isArray(answer.text)) return answer;
  const sentences = Math.round(random.between(6, 16));
  const before = Array.from({ length: sentences }, (_, n) => [`Point **${n}** `, "needs care. "]);
  return { ...answer, text: [...before.flat(), ...answer.text], pieceBytes: 389, pieceDelayMs: 40 };
}

const NAMED = /(?:^|, )([^",]+) at \d\d:\d\d \("[^"]*"\)/g;

/** The facts name who is to be answered, where it is not everybody heard since the last reply. */
function readAsked({ body }: DoubleRequest): string[] {
  const { messages } = body as { messages: ChatMessage[] };
  const heard = messages.filter(({ role }) => role === "user").map(toHeard);
  const last = messages[lastUserIndex(messages)]?.content ?? "";
  const named = /^Answer: (.*)$/m.exec(last.slice(last.indexOf("<facts>")))?.[1];
  if (named === undefined) return (heard.at(-1) ?? []).flatMap(({ markers }) => markers);
  const names = Array.from(named.matchAll(NAMED), ([, name = ""]) => name);
  const all = heard.flat();
  return names.flatMap((name) => all.find(({ from }) => from === name)?.markers ?? [name]);
}

function toHeard({ content }: ChatMessage): { from: string; markers: string[] }[] {
  return Array.from((content ?? "").matchAll(HEARD), ([, from = "", text = ""]) => ({
    from,
    markers: findMarkers(text),
  }));
}

function lastUserIndex(messages: ChatMessage[]): number {
  return messages.findLastIndex(({ role }) => role === "user");
}

function isToolResult({ role }: ChatMessage): boolean {
  return role === "tool";
}
