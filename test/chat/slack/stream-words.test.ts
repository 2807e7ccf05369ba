import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../support/until.ts";
import { openStreamStage, type StreamStage } from "./stream-stage.ts";

const BUTTONS = { feedbackButtons: true };

describe("the words of a stream", () => {
  let stage: StreamStage;

  beforeEach(async () => {
    stage = await openStreamStage();
  });

  afterEach(() => stage.close());

  it("never notifies a room, at no moment, and reads as it was written in the end", async () => {
    const line = "Ask @channel, @everyone, <!channel>, <!here|here>, <!subteam^S1> or <@U1> now. ";
    const draft = stage.open();
    const seen: string[] = [];
    for (let end = 5; end <= line.length; end += 5) {
      draft.show(line.slice(0, end));
      await until(() => stage.massMentions() === 0);
      seen.push(stage.messages()[0]?.text ?? "");
    }
    await until(() => stage.messages().length === 1);
    await draft.finish(line);
    expect(stage.streamed()).not.toMatch(/@(?:channel|everyone|here)|<[!@]/);
    expect(stage.massMentions()).toBe(0);
    expect(stage.messages()[0]?.text.replaceAll("\u200b", "")).toContain(
      "<!subteam^S1> or <@U1> now.",
    );
    expect(stage.messages()).toHaveLength(1);
  });

  it("has no address that Slack could fetch before the answer is whole", async () => {
    const text =
      "See [the policy](https://example.com/a?b=1) and www.example.org or mail@a.example. Bye.";
    const draft = stage.open();
    await stage.write(draft, [
      "See [the policy](https://example.com/a?b=1) and www.example.org or ",
    ]);
    await draft.finish(text);
    expect(stage.streamed()).not.toMatch(/:\/\/|\]\(|example\.(?:com|org)/);
    expect(stage.messages()).toHaveLength(1);
    expect(JSON.stringify(stage.calls("chat.update").at(-1)?.args["blocks"])).toContain(
      "https://example.com/a?b=1",
    );
  });

  it("is split without loss where it grows over one message", async () => {
    const text = Array.from({ length: 900 }, (_, i) => `w${i} is a word`).join("\n\n");
    const draft = stage.open();
    await stage.write(draft, [text.slice(0, 600), text.slice(600, 1200), text.slice(1200, 1800)]);
    const ids = await draft.finish(text, BUTTONS);
    expect(ids.length).toBeGreaterThan(1);
    expect(ids).toEqual(stage.messages().map(({ ts }) => ts));
    const words = stage.messages().flatMap((message) => message.text.match(/\bw\d+\b/g) ?? []);
    expect(words).toEqual(text.match(/\bw\d+\b/g));
    expect(stage.messages().map(({ buttons }) => buttons.length)).toEqual([
      ...ids.slice(1).map(() => 0),
      2,
    ]);
    expect(stage.violations()).toEqual([]);
  });

  it("is a file where it grows over the set number of messages", async () => {
    const text = "some words of an endless answer\n\n".repeat(1200);
    const draft = stage.open();
    await stage.write(draft, [text.slice(0, 600), text.slice(600, 1200)]);
    await draft.finish(text, BUTTONS);
    expect(stage.messages().flatMap(({ files }) => files)).toHaveLength(1);
    expect(stage.violations()).toEqual([]);
  });

  it("keeps emoji, right-to-left text and code as they were written", async () => {
    const text = "👩‍👩‍👧 سلام عليكم، مرحبا\n\n```ts\nconst days = 30;\nreturn days\n```\n\nשלום 🇩🇪 end";
    const draft = stage.open();
    await stage.write(draft, [text.slice(0, 40), text.slice(40, 70)]);
    await draft.finish(text);
    expect(stage.messages()).toMatchObject([{ text, streaming: false }]);
    expect(stage.streamed()).toBe(text);
  });
});
