import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { readEventStream } from "../../src/llm/event-stream.ts";

test("a connection is kept though the process was held up while the response ended", async () => {
  const responses: ServerResponse[] = [];
  let connections = 0;
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).write("data: 1\n\n");
    responses.push(response);
  });
  server.on("connection", () => (connections += 1));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  async function call(): Promise<void> {
    const stream = readEventStream(await fetch(url));
    expect(await stream.next()).toEqual(["1"]);
    const closed = stream.close(true);
    setTimeout(() => responses.at(-1)?.end(), 1);
    holdUp(150);
    await closed;
  }
  await call();
  await call();
  const before = connections;
  for (let more = 0; more < 3; more += 1) await call();
  expect(connections).toBe(before);
});

/** Nothing else runs in this process meanwhile. */
function holdUp(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
