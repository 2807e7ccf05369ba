import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LanguageModel, ModelErrorKind } from "../../src/llm/language-model.ts";
import { askModel, aRequest, deltasOf, lastOf } from "../support/llm/ask-model.ts";

/** What a subject can be told to answer; a subject that cannot be told leaves the method out. */
export type LanguageModelSubject = {
  model: LanguageModel;
  /** A reference the adapter takes, without the provider. */
  modelName: string;
  /** The next call says these pieces of text. */
  willSay?(pieces: string[]): void;
  /** The next call asks for the tool `calculator` with this input. */
  willCall(input: unknown): void;
  willFail?(kind: ModelErrorKind): void;
  /** The next call says "some text" and then nothing, forever. */
  willHang?(): void;
  willBeEmpty?(): void;
  willBeCutByLength?(): void;
  /** How many connections the provider has seen. */
  connections?(): number;
  close?(): Promise<void>;
};

const CALCULATOR = {
  name: "calculator",
  description: "Works out an expression.",
  inputSchema: { type: "object", properties: { expression: { type: "string" } } },
};

/** The contract of the port `LanguageModel`; every adapter and the fake run it. */
export function describeLanguageModel(
  name: string,
  create: () => Promise<LanguageModelSubject>,
): void {
  describe(`${name} as a language model`, () => {
    let subject: LanguageModelSubject;
    beforeAll(async () => {
      subject = await create();
    });
    afterAll(async () => subject.close?.());

    const request = (fields = {}) => aRequest({ model: subject.modelName, ...fields });

    test("ends with exactly one last event, whose text is what the deltas said", async () => {
      subject.willSay?.(["Good ", "morning ", "☀️"]);
      const events = await askModel(subject.model, request());
      const done = lastOf(events, "done");
      expect(events.filter(({ type }) => type === "done" || type === "failed")).toHaveLength(1);
      expect(deltasOf(events, "text")).toBe(done.text);
      expect(done.stopReason).toBe("end");
      expect(done.text).toBe(subject.willSay ? "Good morning ☀️" : deltasOf(events, "text"));
      expect(done.text).not.toBe("");
    });

    test("counts the tokens of a call", async () => {
      subject.willSay?.(["Hello"]);
      const { usage } = lastOf(await askModel(subject.model, request()), "done");
      expect(usage.inputTokens).toBeGreaterThan(0);
      expect(usage.outputTokens).toBeGreaterThan(0);
      expect(Object.values(usage).every((tokens) => Number.isInteger(tokens))).toBe(true);
    });

    test("asks for a tool with parsed input and goes on once it has the result", async () => {
      subject.willCall({ expression: "17 * 23" });
      const user = { role: "user" as const, text: "What is 17 * 23?" };
      const asked = request({ tools: [CALCULATOR], messages: [user] });
      const first = lastOf(await askModel(subject.model, asked), "done");
      expect(first.stopReason).toBe("tool-calls");
      expect(first.toolCalls).toEqual([
        { id: expect.stringMatching(/./), name: "calculator", input: { expression: "17 * 23" } },
      ]);

      const callId = first.toolCalls[0]?.id ?? "";
      const { text, toolCalls, providerState } = first;
      subject.willSay?.(["391"]);
      const second = await askModel(subject.model, {
        ...asked,
        messages: [
          user,
          { role: "assistant", text, toolCalls, providerState },
          {
            role: "tool",
            results: [{ callId, name: "calculator", output: "391", isError: false }],
          },
        ],
      });
      expect(lastOf(second, "done").text).toContain("391");
    });

    test("is cancelled by a signal that was aborted before the call", async () => {
      const events = await askModel(subject.model, request(), AbortSignal.abort());
      expect(lastOf(events, "failed").error.kind).toBe("cancelled");
    });

    test("is cancelled in the middle of an answer", async (context) => {
      if (!subject.willHang) return context.skip();
      subject.willHang();
      const controller = new AbortController();
      const events = await askModel(subject.model, request(), controller.signal, () =>
        controller.abort(),
      );
      expect(deltasOf(events, "text")).toBe("some text");
      expect(lastOf(events, "failed").error.kind).toBe("cancelled");
    });

    test("tells a passed deadline from a cancellation", async (context) => {
      if (!subject.willHang) return context.skip();
      subject.willHang();
      const { error } = lastOf(await askModel(subject.model, request({ timeoutMs: 60 })), "failed");
      expect(error).toMatchObject({ kind: "timeout", retryable: true });
    });

    test("fails where an answer holds nothing", async (context) => {
      if (!subject.willBeEmpty) return context.skip();
      subject.willBeEmpty();
      const { error } = lastOf(await askModel(subject.model, request()), "failed");
      expect(error.kind).toBe("empty");
    });

    test("says that an answer was cut by its length", async (context) => {
      if (!subject.willBeCutByLength) return context.skip();
      subject.willBeCutByLength();
      const done = lastOf(await askModel(subject.model, request()), "done");
      expect(done.stopReason).toBe("length");
    });

    test("keeps its connection from call to call", async (context) => {
      if (!subject.connections) return context.skip();
      await askModel(subject.model, request());
      const before = subject.connections();
      for (let call = 0; call < 5; call += 1) await askModel(subject.model, request());
      expect(subject.connections() - before).toBe(0);
    });

    test("can be left in the middle of an answer and called again", async (context) => {
      if (!subject.willHang) return context.skip();
      subject.willHang();
      for await (const event of subject.model.stream(request(), new AbortController().signal)) {
        expect(event.type).toBe("text");
        break;
      }
      subject.willSay?.(["Hello"]);
      expect(lastOf(await askModel(subject.model, request()), "done").text).toBe("Hello");
    });

    test.for(["auth", "rate-limit", "overloaded", "refused", "truncated"] as const)(
      "reports a failure of kind %s as its last event",
      async (kind, context) => {
        if (!subject.willFail) return context.skip();
        subject.willFail(kind);
        const { error } = lastOf(await askModel(subject.model, request()), "failed");
        expect(error.kind).toBe(kind);
      },
    );
  });
}
