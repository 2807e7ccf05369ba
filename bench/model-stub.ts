import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const TOKENS = 200;
const CHUNKS = 40;

/** An OpenAI-compatible endpoint that streams the same 200 tokens in 40 events, at once. */
export async function startModelStub(): Promise<{ url: string; close(): void }> {
  const word = "word ".repeat(TOKENS / CHUNKS);
  const events = Array.from({ length: CHUNKS }, (_, index) =>
    toEvent({
      index: 0,
      delta: { content: word },
      finish_reason: index === CHUNKS - 1 ? "stop" : null,
    }),
  );
  const usage = { prompt_tokens: 900, completion_tokens: TOKENS, total_tokens: 900 + TOKENS };
  const body = `${events.join("")}data: ${JSON.stringify({ ...FRAME, choices: [], usage })}\n\ndata: [DONE]\n\n`;
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(200, { "content-type": "text/event-stream" }).end(body);
    });
  });
  await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const FRAME = { id: "stub", object: "chat.completion.chunk", created: 0, model: "stub" };

function toEvent(choice: object): string {
  return `data: ${JSON.stringify({ ...FRAME, choices: [choice] })}\n\n`;
}
