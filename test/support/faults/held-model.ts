import { createOpenAiDouble } from "../llm/openai-double.ts";

/** A model that answers nobody until it is released, and remembers who called it. */
export type HeldModel = {
  /** The processes that called, in order, told by their API keys. */
  readonly calls: readonly string[];
  /** Answers everybody who waits, and from now on at once. */
  release(): void;
  /** What a process of this name needs to call it. */
  env(maker: string): Record<string, string>;
  close(): Promise<void>;
};

export async function createHeldModel(): Promise<HeldModel> {
  const calls: string[] = [];
  const gate = Promise.withResolvers<void>();
  const double = await createOpenAiDouble({
    async respond({ headers }) {
      calls.push(String(headers["authorization"]).replace("Bearer ", ""));
      await gate.promise;
      return { text: "Here you are." };
    },
  });
  const endpoint = { name: "double", baseUrl: double.url, apiKeyEnv: "DOUBLE_KEY" };
  return {
    calls,
    release: gate.resolve,
    env: (maker) => ({
      OPENAI_COMPATIBLE: JSON.stringify([endpoint]),
      DEFAULT_MODEL: "double/held",
      DOUBLE_KEY: maker,
    }),
    async close() {
      gate.resolve();
      await double.close();
    },
  };
}
