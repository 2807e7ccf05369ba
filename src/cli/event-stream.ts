/** One server-sent event: its name, `message` where the server gave none, and its data lines. */
export type ServerSentEvent = { event: string; data: string };

/**
 * Reads server-sent events from the pieces of a response body, wherever the pieces are cut: inside
 * a character, a line or a line end. An event that the end of the body cuts off is dropped.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* parseEventStream(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const decoder = new TextDecoder();
  const takeLines = createLineTaker();
  let event = "";
  let data: string[] = [];
  for await (const chunk of chunks) {
    for (const line of takeLines(decoder.decode(chunk, { stream: true }))) {
      const [field, value] = splitField(line);
      if (field === "event") event = value;
      else if (field === "data") data.push(value);
      else if (line === "") {
        if (data.length > 0) yield { event: event || "message", data: data.join("\n") };
        event = "";
        data = [];
      }
    }
  }
}

/** Lines end with LF, CR or CRLF; a CR at the end of a piece waits for its LF. */
function createLineTaker(): (text: string) => string[] {
  let rest = "";
  return (text) => {
    const input = rest + text;
    const usable = input.endsWith("\r") ? input.slice(0, -1) : input;
    const lines = usable.split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? "") + input.slice(usable.length);
    return lines;
  };
}

/** A comment, which begins with a colon, yields an empty field name. */
function splitField(line: string): [field: string, value: string] {
  const colon = line.indexOf(":");
  if (colon === -1) return [line, ""];
  const value = line.slice(colon + 1);
  return [line.slice(0, colon), value.startsWith(" ") ? value.slice(1) : value];
}
