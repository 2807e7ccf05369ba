import * as fc from "../support/fast-check.ts";
import { describe, expect, it } from "vitest";
import { parseEventStream, type ServerSentEvent } from "../../src/cli/event-stream.ts";

async function parse(chunks: Uint8Array[]): Promise<ServerSentEvent[]> {
  const events: ServerSentEvent[] = [];
  for await (const event of parseEventStream(toAsync(chunks))) events.push(event);
  return events;
}

async function* toAsync<T>(items: T[]): AsyncGenerator<T> {
  yield* items;
}

/** The bytes of a text, cut after each of the given positions. */
function cut(text: string, positions: number[]): Uint8Array[] {
  const bytes = new TextEncoder().encode(text);
  const ends = [...positions.map((position) => position % (bytes.length + 1)), bytes.length];
  ends.sort((a, b) => a - b);
  return ends.map((end, index) => bytes.slice(ends[index - 1] ?? 0, end));
}

describe("the event stream", () => {
  it("reads the same events wherever the bytes are cut", async () => {
    const line = fc.string({ unit: "grapheme" }).filter((text) => !/[\r\n]/.test(text));
    const end = fc.constantFrom("\n", "\r\n", "\r");
    await fc.assert(
      fc.asyncProperty(fc.array(line), end, fc.array(fc.nat()), async (lines, eol, positions) => {
        const text = lines.map((data) => `event: next${eol}data: ${data}${eol}${eol}`).join(":x\n");
        // A CR at the very end waits for its LF: the comment ends it.
        const events = await parse(cut(`${text}:end\n`, positions));
        expect(events).toEqual(lines.map((data) => ({ event: "next", data })));
      }),
    );
  });

  it("keeps a character whose bytes arrive one by one", async () => {
    const bytes = new TextEncoder().encode("data: é 漢 👨‍👩‍👧 שלום\n\n");
    const events = await parse(Array.from(bytes, (byte) => Uint8Array.of(byte)));
    expect(events).toEqual([{ event: "message", data: "é 漢 👨‍👩‍👧 שלום" }]);
  });

  it("does not take a CRLF that is cut in two for an empty line", async () => {
    const events = await parse(cut("data: one\r\ndata: two\r\n\r\n", [10, 11, 21]));
    expect(events).toEqual([{ event: "message", data: "one\ntwo" }]);
  });

  it("passes over comments, unknown fields and events without data", async () => {
    const events = await parse(cut(":\n\nid: 7\nevent: ping\n\nretry: 5\ndata\n\n", []));
    expect(events).toEqual([{ event: "message", data: "" }]);
  });

  it("drops the event that the end cuts off", async () => {
    expect(await parse(cut("data: whole\n\ndata: half\n", []))).toHaveLength(1);
  });
});
