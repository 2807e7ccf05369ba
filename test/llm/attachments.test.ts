import { afterEach, describe, expect, it } from "vitest";
import { createAnthropicModel } from "../../src/llm/anthropic/anthropic-model.ts";
import type { ModelAttachment, ModelMessage } from "../../src/llm/language-model.ts";
import { createChatCompletionsModel } from "../../src/llm/openai/chat-completions-model.ts";
import { createResponsesModel } from "../../src/llm/openai/responses-model.ts";
import { withRetries } from "../../src/llm/retrying.ts";
import { createRehearsalModel } from "../../src/llm/rehearsal/rehearsal-model.ts";
import { createAnthropicDouble } from "../support/llm/anthropic-double.ts";
import { aRequest, askModel, lastOf } from "../support/llm/ask-model.ts";
import type { LlmDouble } from "../support/llm/llm-double.ts";
import { createOpenAiDouble } from "../support/llm/openai-double.ts";
import { PDF, PNG } from "../support/sample-files.ts";

const image: ModelAttachment = {
  kind: "image",
  name: "cat.png",
  mimeType: "image/png",
  data: PNG.toString("base64"),
};
const document: ModelAttachment = {
  kind: "document",
  name: "terms.pdf",
  mimeType: "application/pdf",
  data: PDF.toString("base64"),
};
const messages: ModelMessage[] = [
  { role: "user", text: "what is this?", attachments: [image, document] },
];
const BLIND = /There was an image, cat\.png\. You cannot see images/;
const NO_PDF = /There was a PDF file, terms\.pdf\. You cannot read PDF files/;

describe("images and PDF files", () => {
  let double: LlmDouble;
  afterEach(() => double.close());

  async function anthropic(model: string) {
    double = await createAnthropicDouble();
    const subject = createAnthropicModel({ apiKey: "key", baseUrl: double.url });
    lastOf(await askModel(subject, aRequest({ model, messages })), "done");
    return double.requests[0]?.body.messages[0].content as { type: string; text?: string }[];
  }

  async function responses(model: string) {
    double = await createOpenAiDouble();
    const subject = createResponsesModel({ apiKey: "key", baseUrl: double.url });
    lastOf(await askModel(subject, aRequest({ model, messages })), "done");
    return double.requests[0]?.body.input[0].content;
  }

  async function compatible(images: boolean | string[] | undefined, model = "llava") {
    double = await createOpenAiDouble({ needsKey: false });
    const subject = createChatCompletionsModel({
      provider: "local",
      baseUrl: double.url,
      ...(images !== undefined && { images }),
    });
    lastOf(await askModel(subject, aRequest({ model, messages })), "done");
    return double.requests[0]?.body.messages[1].content;
  }

  it("go to Anthropic before the words about them, each under its name", async () => {
    const content = await anthropic("claude-sonnet-5-5");
    expect(content).toMatchObject([
      { type: "text", text: "[attached image: cat.png]" },
      { type: "image", source: { type: "base64", media_type: "image/png", data: image.data } },
      { type: "text", text: "[attached document: terms.pdf]" },
      { type: "document", source: { media_type: "application/pdf", data: document.data } },
      { type: "text", text: "what is this?" },
    ]);
  });

  it("become a sentence for Claude models that read neither", async () => {
    const content = await anthropic("claude-2.1");
    expect(content.map(({ type }) => type)).toEqual(["text"]);
    expect(content[0]?.text).toMatch(BLIND);
    expect(content[0]?.text).toMatch(NO_PDF);
  });

  it("go to OpenAI's Responses API as data", async () => {
    const url = (file: ModelAttachment) => `data:${file.mimeType};base64,${file.data}`;
    expect(await responses("gpt-6-sol")).toMatchObject([
      { type: "input_text", text: "[attached image: cat.png]" },
      { type: "input_image", image_url: url(image) },
      { type: "input_text" },
      { type: "input_file", filename: "terms.pdf", file_data: url(document) },
      { type: "input_text", text: "what is this?" },
    ]);
  });

  it.each(["gpt-3.5-turbo", "gpt-4", "o3-mini"])("are told about to the blind %s", async (name) => {
    expect(await responses(name)).toMatch(BLIND);
  });

  it("are told about to a compatible endpoint of which nothing is known", async () => {
    const content = await compatible(undefined);
    expect(content).toMatch(BLIND);
    expect(content).toMatch(NO_PDF);
    expect(content).toMatch(/what is this\?$/);
  });

  it.each([[true], [["llava"]]])(
    "are shown where the operator says %j, PDF files not",
    async (images) => {
      expect(await compatible(images)).toMatchObject([
        { type: "text", text: "[attached image: cat.png]" },
        { type: "image_url", image_url: { url: `data:image/png;base64,${image.data}` } },
        { type: "text", text: expect.stringMatching(NO_PDF) },
      ]);
    },
  );

  it("are not shown to a model that the operator did not name", async () => {
    expect(await compatible(["llava"], "llama")).toMatch(BLIND);
  });

  it("are known to be read or not before anybody is asked", async () => {
    double = await createOpenAiDouble();
    const local = { provider: "local", baseUrl: double.url };
    const senses = [
      createAnthropicModel({ apiKey: "key" }).senses("claude-sonnet-5-5"),
      createAnthropicModel({ apiKey: "key" }).senses("claude-2.1"),
      createResponsesModel({ apiKey: "key" }).senses("gpt-6-sol"),
      createResponsesModel({ apiKey: "key" }).senses("gpt-4"),
      createChatCompletionsModel(local).senses("llava"),
      withRetries(createChatCompletionsModel({ ...local, images: ["llava"] })).senses("llava"),
    ].map(({ images, documents }) => [images, documents]);
    expect(senses).toEqual([
      [true, true],
      [false, false],
      [true, true],
      [false, false],
      [false, false],
      [true, false],
    ]);
  });

  it("are left alone in a rehearsal, which says so and counts no token of them", async () => {
    const ask = async (given: ModelMessage[]) =>
      lastOf(await askModel(createRehearsalModel(), aRequest({ messages: given })), "done");
    const { text, usage } = await ask(messages);
    expect(text).toContain("does not look at cat.png, terms.pdf");
    const large = { ...image, data: "A".repeat(1_000_000) };
    const more = await ask([{ role: "user", text: "what is this?", attachments: [large] }]);
    expect(more.usage.inputTokens).toBe(usage.inputTokens);
  });
});
